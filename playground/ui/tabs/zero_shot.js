// The matrix that contrastive learning looks at: a row a picture, a column a prompt; the diagonal should win.
(() => {
  const pg = window.playground, words = pg.words.tabs;

  pg.kinds.matrix = (port) => {
    const place = pg.el('div', {id: 'matrix-place'});
    const load = async () => {
      const found = await pg.ask(port, 'show_matrix');
      if (found?.said) place.replaceChildren(pg.el('p', {className: 'pg-small', textContent: found.said}));
      if (!found?.words) return;
      const all = found.likenesses.flat(), low = Math.min(...all), high = Math.max(...all);
      const head = pg.el('tr', {}, pg.el('td'), ...found.words.map((text) => pg.el('th', {scope: 'col', textContent: text})));
      const rows = found.likenesses.map((row, at) => {
        const best = row.indexOf(Math.max(...row));
        return pg.el('tr', {}, pg.el('th', {scope: 'row'}, pg.el('img', {src: found.pictures[at], alt: found.words[at]})),
          ...row.map((value, column) => pg.el('td', {
            style: `--warm: ${((value - low) / Math.max(1e-6, high - low)).toFixed(3)}`, textContent: value.toFixed(2),
            className: [at === column ? 'pg-own' : '', column === best ? 'pg-best' : ''].join(' '),
          })));
      });
      place.replaceChildren(pg.el('div', {className: 'pg-matrix'}, pg.el('table', {}, head, ...rows)));
    };
    const fold = pg.fold('matrix-fold', words.MATRIX, (body) => body.append(
      pg.el('p', {className: 'pg-small', says: words.MATRIX_HELP}), pg.button('matrix-load', words.MATRIX_LOAD, load, 'pg-small-button'), place));
    fold.addEventListener('unfold', load);
    port.element.append(fold);
  };
})();
