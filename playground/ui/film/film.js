// The film of a picture that forms: made when it is unfolded, and again after every picture while it is open.
(() => {
  const pg = window.playground, words = pg.words.film;

  pg.film = (port, spec) => {
    const {task} = spec, stage = pg.el('div', {id: `${spec.film}-stage`});
    let madeOf = '', timer = null;
    const make = async () => {
      const made = pg.results[task]?.made;
      if (!made) { stage.replaceChildren(pg.el('p', {className: 'pg-small', says: words.FILM_FIRST})); return; }
      const asked = JSON.stringify(made.report.request) + pg.language;
      if (asked === madeOf) return;
      madeOf = asked;
      stage.replaceChildren(pg.el('p', {className: 'pg-small', says: words.FILM_WAIT}));
      const answer = await pg.ask(port, 'show_film', {report: made.report});
      if (asked === madeOf) stage.innerHTML = answer?.html ?? '';
      if (!answer) { madeOf = ''; return; }
      const found = made.report.request.prompt ? await pg.ask(port, 'show_words', {report: made.report}) : null;
      if (found?.words.length && asked === madeOf) lens(found);
    };
    // A row of the prompt's words: over or on one, light falls where it acts in the step that is shown.
    const lens = ({words: said, columns, shade}) => {
      const film = stage.querySelector('.pg-film'), tiles = [...film.querySelectorAll('.pg-film-tiles figure > div')];
      film.style.setProperty('--shade', `url(${shade})`);
      film.style.setProperty('--shade-columns', columns);
      film.style.setProperty('--shade-rows', said.length);
      const layers = [tiles[0], tiles.at(-1)].map((tile) => tile.appendChild(pg.el('i', {className: 'pg-film-shade', hidden: true, 'aria-hidden': 'true'})));
      let held = -1;
      const point = (row) => layers.forEach((layer) => { layer.hidden = row < 0; if (row >= 0) layer.style.setProperty('--word', row); });
      const buttons = said.map((word, row) => pg.el('button', {type: 'button', className: 'pg-chip', 'aria-pressed': 'false', on: {
        pointerenter: () => point(row), focus: () => point(row), pointerleave: () => point(held), blur: () => point(held),
        click: () => { held = held === row ? -1 : row; buttons.forEach((each, at) => each.setAttribute('aria-pressed', String(at === held))); point(held < 0 ? row : held); },
      }}, pg.el('i', {className: 'pg-film-whole', style: `--word: ${row}`, 'aria-hidden': 'true'}), word));
      film.querySelector('.pg-film-bar').after(
        pg.el('div', {className: 'pg-chips pg-film-words', role: 'group', label: words.LENS}, pg.el('span', {className: 'pg-small', says: words.LENS}), ...buttons));
    };
    const show = (frame) => {
      const film = stage.querySelector('.pg-film');
      film.style.setProperty('--frame', frame);
      film.querySelector('input').value = frame;
      film.querySelectorAll('[data-frame]').forEach((line) => { line.hidden = line.dataset.frame !== String(frame); });
    };
    const pause = () => { clearInterval(timer); timer = null; };
    stage.addEventListener('input', (event) => { pause(); show(event.target.value); });
    stage.addEventListener('click', (event) => {
      if (!event.target.closest('.pg-film-bar button')) return;
      if (timer) return pause();
      let frame = 0;
      timer = setInterval(() => {
        const film = stage.querySelector('.pg-film');
        if (!film || frame > film.querySelector('input').max) return pause();
        show(frame++);
      }, 220);
    });
    const fold = pg.fold(`${spec.film}-fold`, words.FILM, (body) => body.append(stage));
    fold.addEventListener('unfold', make);
    document.addEventListener('pg:made', ({detail}) => { if (detail.task === task && fold.isOpen()) make(); });
    return fold;
  };
})();
