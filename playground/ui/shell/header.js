// The header: what this is, the device, the field that takes files, the languages.
(() => {
  const pg = window.playground, words = pg.words.shell;
  pg.kinds.heading = ({element, spec}) => element.append(pg.el('h2', {className: 'pg-heading', says: spec}));
  pg.kinds.header = (port) => {
    const {element, spec} = port;
    port.tell('speak');
    document.addEventListener('pg:language', () => { port.tell('speak'); refresh(); });

    const state = pg.el('div', {className: 'pg-state pg-starting', role: 'status'}, pg.el('i'), pg.el('span', {says: words.STARTING}));
    const title = pg.el('h1');
    title.innerHTML = spec.logo;
    title.append(pg.el('span', {says: words.TITLE}));
    const file = pg.el('input', {type: 'file', hidden: true, label: words.RESTORE});
    file.addEventListener('change', () => { if (file.files[0]) pg.restore(file.files[0]); file.value = ''; });
    const languages = pg.el('div', {id: 'pg-language', role: 'radiogroup', label: words.LANGUAGE},
      ...spec.languages.map(([code, name]) => pg.el('label', {},
        pg.el('input', {type: 'radio', name: 'pg-language', value: code, checked: code === pg.language, on: {
          change: () => pg.setLanguage(code, true),
        }}), pg.el('span', {textContent: name, lang: code}))));
    element.append(pg.el('div', {className: 'pg-top'},
      pg.el('div', {className: 'pg-header', id: 'pg-header'},
        pg.el('div', {}, title, pg.el('p', {says: words.TAGLINE})), state),
      pg.el('div', {className: 'pg-tools'},
        pg.el('span', {}, pg.button('pg-restore', words.RESTORE, () => file.click()), file), languages)));

    // The device and its checkpoints: asked for until they are ready, then after results and now and then.
    let timer = null;
    const refresh = async () => {
      clearTimeout(timer);
      const answer = await fetch(`${pg.root()}/_page/status?language=${pg.language}`).catch(() => null);
      const told = answer?.ok ? await answer.json() : {kind: 'away', html: ''};
      if (pg.booted(told.boot)) return;
      state.className = `pg-state pg-${told.kind}`;
      const said = state.querySelector('span');
      if (told.html) { said.removeAttribute('data-says'); pg.morph(said, told.html); } else pg.say(said, words.AWAY);
      timer = setTimeout(refresh, told.kind === 'ready' ? 10_000 : 400);
    };
    document.addEventListener('pg:made', refresh);
    refresh();
  };

})();
