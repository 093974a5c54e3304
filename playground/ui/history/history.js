// The strip of a tab's last results: asked for when it comes into view, and again after every result.
(() => {
  const pg = window.playground;

  pg.history = (port, spec) => {
    const {task, family} = spec, place = pg.el('div', {id: `${family}-history`, className: 'pg-history-place'});
    let seen = false, current = '';
    const refresh = async () => {
      if (!seen) return;
      const answer = await pg.ask(port, 'show_history', {current});
      if (answer) pg.morph(place, answer.html);
    };
    document.addEventListener('pg:made', ({detail}) => { if (detail.family === family) { current = detail.id; refresh(); } });
    document.addEventListener('pg:gallery', refresh);
    document.addEventListener('pg:language', refresh);
    place.addEventListener('click', async (event) => {
      const tile = event.target.closest('[data-id]');
      if (!tile) return;
      const answer = await pg.ask(port, 'reopen', {id: tile.dataset.id});
      if (!answer) return;
      pg.deliver(answer);
      document.getElementById(`${answer.task}-stage`)?.scrollIntoView({block: 'nearest', behavior: 'smooth'});
    });
    new IntersectionObserver((seenPlaces, observer) => {
      if (!seenPlaces.some((each) => each.isIntersecting)) return;
      observer.disconnect();
      seen = true;
      refresh();
    }).observe(place);
    return place;
  };
})();
