// Links to a tab with its settings are copied with a button below each result.
(() => {
  const pg = window.playground;
  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('.pg-copy-link');
    if (!button) return;
    pg.writeLink();
    pg.copy(location.href, button);
  });
})();
