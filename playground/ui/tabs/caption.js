// A prompt's way there and back: prompt → picture → caption → picture, with what was lost and what was made up.
(() => {
  const pg = window.playground, words = pg.words.tabs;

  pg.kinds.round_trip = (port) => {
    const prompt = pg.el('input', {type: 'text', id: 'round-trip-prompt', maxLength: 400, value: 'small red heart', on: {
      keydown: ({key}) => { if (key === 'Enter') go(); },
    }});
    const way = pg.el('div', {id: 'round-trip-way', className: 'pg-round', 'aria-live': 'polite'});
    const marked = (text, marks, tag) => {
      const said = pg.el('b', {});
      let left = text;
      while (left) {
        const next = marks.map((word) => [left.indexOf(word), word]).filter(([at]) => at >= 0).sort(([one], [other]) => one - other)[0];
        if (!next) { said.append(left); break; }
        said.append(left.slice(0, next[0]), pg.el(tag, {textContent: next[1]}));
        left = left.slice(next[0] + next[1].length);
      }
      return said;
    };
    const stop = (says, inside) => pg.el('figure', {}, inside, pg.el('figcaption', {says}));
    const go = async () => {
      press.disabled = true;
      way.replaceChildren(pg.el('p', {className: 'pg-small', says: words.ROUND_WAIT}));
      const gone = await pg.ask(port, 'go', {prompt: prompt.value}).finally(() => { press.disabled = false; });
      if (!gone) { way.replaceChildren(); return; }
      const arrow = () => pg.el('span', {className: 'pg-round-arrow', textContent: '→', 'aria-hidden': 'true'});
      way.replaceChildren(
        stop(words.ROUND_PROMPT, marked(gone.prompt, gone.lost, 'del')), arrow(),
        stop(words.ROUND_DRAWN, pg.el('img', {src: gone.pictures[0], alt: gone.prompt})), arrow(),
        stop(words.ROUND_READ, marked(gone.caption, gone.found, 'ins')), arrow(),
        stop(words.ROUND_REDRAWN, pg.el('img', {src: gone.pictures[1], alt: gone.caption})),
        pg.el('p', {className: 'pg-small', textContent: gone.scores.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(' · ')}));
    };
    const press = pg.button('round-trip-go', words.ROUND_GO, go, 'pg-small-button');
    port.element.append(pg.fold('round-trip-fold', words.ROUND, (body) => body.append(
      pg.el('p', {className: 'pg-small', says: words.ROUND_HELP}),
      pg.el('div', {className: 'pg-round-ask'}, pg.el('label', {className: 'pg-label', htmlFor: 'round-trip-prompt', says: words.ROUND_PROMPT}), prompt, press), way)));
  };
})();
