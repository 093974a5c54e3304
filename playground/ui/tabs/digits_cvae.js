// The latent plane: a click on it sets the point, and writes it out.
(() => {
  const pg = window.playground, words = pg.words.tabs;
  pg.kinds.plane = (port) => {
    const {spec} = port, place = pg.el('div', {className: 'pg-plane'});
    port.element.append(pg.el('p', {className: 'pg-small', says: words.MAP_CLICK}), place);
    pg.when('forms', spec.point, (form) => {
      let drawn;
      const draw = () => {
        if (form.values.digit === drawn) return;
        drawn = form.values.digit;
        pg.drawBeside(form, spec.task, (from) => ({digit: from.values.digit, columns: spec.columns}), (answer) => pg.morph(place, answer.stage ?? answer.status));
      };
      form.port.element.addEventListener('pg:moved', draw);
      draw();
      place.addEventListener('click', (event) => {
        const picture = event.target.closest('img');
        if (!picture) return;
        // The middle of the first and last tile are the ends of the axes.
        const box = picture.getBoundingClientRect(), side = Math.min(box.width, box.height), tile = side / spec.columns;
        const far = (at, start, length) => Math.min(1, Math.max(0, (at - start - (length - side) / 2 - tile / 2) / (side - tile)));
        const across = far(event.clientX, box.left, box.width), down = far(event.clientY, box.top, box.height);
        const to = (share) => Number((spec.radius * (2 * share - 1)).toFixed(2));
        form.take({values: {x: to(across), y: to(1 - down)}});
        pg.draw(form);
      });
    });
  };
})();
