// The place of a result: where its job is, the pictures, the files, and what lies near them. Partial values come in;
// what they do not name stays as it is.
(() => {
  const pg = window.playground, words = pg.words.result;
  const calm = matchMedia('(prefers-reduced-motion: reduce)');

  pg.kinds.result = (port) => {
    const {element, props, spec, tell, watch} = port, {task, family} = spec;
    const status = pg.el('div', {id: `${task}-status`}), stage = pg.el('div', {id: `${task}-stage`});
    const files = pg.el('div', {id: `${task}-downloads`}), vary = pg.el('div', {className: 'pg-vary'});
    const near = pg.el('div', {id: `${task}-neighbours`});
    stage.innerHTML = spec.empty;
    const send = pg.button(`${task}-to-sketch`, words.TO_SKETCH, () => pg.toSketch(stage.querySelector('img')), 'pg-small-button');
    const read = pg.button(`${task}-to-words`, words.TO_WORDS, () => pg.toWords(stage.querySelector('img')), 'pg-small-button');
    const animate = pg.button(`${task}-animate`, words.ANIMATE, () => pg.toVideo(stage.querySelector('img'), pg.forms[task]?.values.prompt), 'pg-small-button');
    const onward = pg.el('div', {className: 'pg-chips pg-send', hidden: true}, send, ...(spec.read ? [read] : []), animate);
    element.append(status, stage, files, ...(spec.sketched ? [onward] : []));
    // What lies near a result stands below it: on a phone below the controls, so that these come into sight.
    if (spec.vary) pg.when('details', task, (below) => below.prepend(vary, near));
    let last = 0;
    const place = {
      task, family, port, made: null, running: Boolean(pg.waits[task]), stage, status,
      show: (value) => {
        if (value.status !== undefined) pg.morph(status, value.status);
        if (value.stage !== undefined) { pg.morph(stage, value.stage); enliven(stage); }
        if (value.downloads !== undefined) pg.morph(files, value.downloads);
        if (value.neighbours !== undefined) pg.morph(near, value.neighbours);
        if (value.toast) pg.toast(value.toast, value.refused ? 'error' : 'info');
        pg.heard(task, value, value.status !== undefined && status.querySelector('[data-run]')?.dataset.run);
        if (value.ended) place.running = Boolean(pg.waits[task]);
        if (value.form) pg.when('forms', task, (form) => form.take({...value.form, keep: value.form.keep}));
        if (value.made) {
          onward.hidden = false;
          place.made = value.made;
          pg.when('forms', task, (form) => form.take({values: value.made.seeds, parent: value.made.id, seedsOnly: true}));
          document.dispatchEvent(new CustomEvent('pg:made', {detail: {task, family, id: value.made.id, made: value.made}}));
        }
      },
      live: (value) => {
        if (value.stage !== undefined) { pg.morph(stage, value.stage); enliven(stage); pg.morph(files, ''); onward.hidden = true; place.made = null; }
        if (value.status !== undefined) pg.morph(status, value.status);
      },
    };
    watch('value', () => {
      const value = props.value;
      if (value && value.number && value.number !== last) { last = value.number; place.show(value); }
    });
    pg.cells(near, port, place);
    pg.when('forms', task, (form) => {
      if (spec.vary) pg.varyButtons(vary, form, spec.vary, (distance) => tell('vary', {distance}));
      form.port.element.addEventListener('pg:run', () => { place.running = true; });
    });
    pg.there('results', task, place);
    if (spec.first && !place.running) {
      pg.ask(port, 'show_first').then((answer) => {
        if (answer?.stage && !place.running && !place.made) place.show(answer);
      });
    }
  };

  // Films play by themselves, but not for who asked their system for less motion; where H.264 is unknown, the WebP does.
  const enliven = (stage) => stage.querySelectorAll('video').forEach((film) => {
    if (film.pgKnown === film.getAttribute('src')) return;  // the element stays where a new film takes an old one's place
    film.pgKnown = film.getAttribute('src');
    const instead = () => film.replaceWith(pg.el('img', {src: film.dataset.instead, alt: film.getAttribute('aria-label')}));
    film.onerror = instead;
    if (!film.canPlayType('video/mp4; codecs="avc1.42E01E"')) return instead();
    film.muted = true;
    const play = () => { if (!calm.matches) film.play().catch(() => { /* the controls are there */ }); };
    // A page that another one covers for a moment may refuse at first.
    film.addEventListener('canplay', play, {once: true});
    play();
  });

  // Copies a text; where a page may not, as over plain HTTP from another machine, offers it to be copied by hand.
  pg.copy = async (text, button) => {
    button.parentElement.querySelector('.pg-by-hand')?.remove();
    let copied = false;
    try {
      await navigator.clipboard.writeText(text);
      copied = true;
    } catch {
      const box = document.body.appendChild(pg.el('textarea', {value: text}));
      box.select();
      copied = document.execCommand('copy');
      box.remove();
    }
    if (!copied) {
      const box = pg.el('textarea', {className: 'pg-by-hand', readOnly: true, value: text, rows: 3, label: words.COPY_YOURSELF});
      for (const kind of ['blur', 'copy']) box.addEventListener(kind, () => setTimeout(() => box.remove()));
      button.after(box);
      box.focus();
      box.select();
      return pg.toast(pg.in(words.COPY_YOURSELF), 'info');
    }
    // Who presses twice within a moment must not be told so for ever.
    button.pgSaid ??= button.pgSays?.text ?? [button.textContent, button.textContent];
    pg.say(button, words.COPIED);
    clearTimeout(button.pgTimer);
    button.pgTimer = setTimeout(() => { pg.say(button, button.pgSaid); delete button.pgSaid; }, 2500);
  };
})();
