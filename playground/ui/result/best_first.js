// What fits its words best comes first: the pictures of a result change places; a grid, whose places mean something,
// shows its cells once more below, the best first.
(() => {
  const pg = window.playground;
  const fit = (node) => Number(node.dataset.fit ?? -2);

  document.addEventListener('click', ({target}) => {
    const button = target.closest && target.closest('.pg-best-first');
    if (!button) return;
    const on = button.getAttribute('aria-pressed') !== 'true', grid = button.closest('.pg-grid');
    button.setAttribute('aria-pressed', String(on));
    if (grid) {
      grid.querySelector('.pg-sorted')?.remove();
      if (!on) return;
      const cells = [...grid.querySelectorAll('.pg-cell[data-fit]')].sort((one, other) => fit(other) - fit(one));
      grid.append(pg.el('div', {className: 'pg-sorted'}, ...cells.map((cell) => {
        const image = cell.querySelector('img');
        return pg.el('figure', {}, cell.cloneNode(true), pg.el('figcaption', {textContent: `${fit(cell).toFixed(2)} · ${image.alt}`}));
      })));
      return;
    }
    const stage = button.previousElementSibling, figures = [...stage.children];
    figures.forEach((figure, place) => { figure.pgPlace ??= place; });
    figures.sort((one, other) => (on ? fit(other) - fit(one) : 0) || one.pgPlace - other.pgPlace);
    stage.append(...figures);
  });
})();
