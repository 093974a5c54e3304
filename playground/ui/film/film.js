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
      if (!answer) madeOf = '';
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
      if (!event.target.closest('.pg-film button')) return;
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
