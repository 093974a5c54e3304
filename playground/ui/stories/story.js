// "How it works" and whatever a tab puts below its story; fetched when somebody unfolds it.
(() => {
  const pg = window.playground, words = pg.words.stories;
  pg.kinds.story = (port) => {
    const {element, spec} = port;
    const told = pg.el('div', {className: 'pg-story'});
    const tell = async () => { const answer = await pg.ask(port, 'tell_story'); if (answer) told.innerHTML = answer.html; };
    const fold = pg.fold(`${spec.family}-how`, words.HOW, (body) => {
      body.append(told);
      tell();
    });
    // What stands below the story is there with it (stories.css).
    fold.addEventListener('click', () => document.getElementById(`${spec.family}-story`)?.toggleAttribute('data-open', fold.isOpen()));
    document.addEventListener('pg:language', () => { if (fold.isOpen()) tell(); });
    element.append(fold);
  };
})();
