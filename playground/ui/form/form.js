// A form: one control for each field of a request type. Its value is what the controls hold.
(() => {
  const pg = window.playground, words = pg.words.form;
  const DRAWN = ['drawing', 'painting', 'mask'];
  const REST = 60;  // milliseconds without a key after which a prompt is drafted

  // The box that lets drafts follow the controls.
  const follows = () => {
    const box = pg.el('input', {type: 'checkbox', checked: true}), says = pg.el('span', {says: words.FOLLOW});
    const row = pg.el('label', {className: 'pg-follow'}, box, says);
    return {row, box, get on() { return box.checked; }, slow: (yes) => pg.say(says, yes ? words.FOLLOW_SLOW : words.FOLLOW)};
  };

  pg.kinds.form = (port) => {
    const {element, props, spec, tell} = port, task = spec.task;
    const values = {...spec.values}, fields = {}, own = task === spec.family;
    const form = {
      task, family: spec.family, spec, fields, port,
      checkpoint: spec.state?.id ?? spec.checkpoint ?? '', state: spec.state, parent: '', starts: {...spec.values},
      get values() { return values; },
    };
    const commit = () => {
      props.value = {...values, checkpoint: form.checkpoint, keep: lock ? lock.checked : true, parent: form.parent};
    };
    form.set = (name, value) => { if (fields[name]) { values[name] = value; fields[name].show(value); } };
    // Somebody moved a control.
    const moved = (name, value) => {
      values[name] = value;
      if (name === 'seed' && lock) lock.checked = value >= 0;  // −1 asks for another one each time
      commit();
      element.dispatchEvent(new CustomEvent('pg:moved', {bubbles: true, detail: {task, name}}));
      if (spec.drafted?.includes(name)) later(name.endsWith('prompt') ? REST : 0);
      if (spec.live && spec.fields.find((field) => field.name === name)?.live) pg.draw(form);
    };
    // Settings that come from a file, a link, a result, an example or a checkpoint.
    form.take = ({checkpoint, values: given = {}, keep, parent, seedsOnly}) => {
      for (const [name, value] of Object.entries(given)) {
        if (fields[name] && !DRAWN.includes(fields[name].kind)) form.set(name, value);
      }
      if (lock && keep && 'seed' in given) lock.checked = given.seed !== -1;
      if (parent !== undefined) form.parent = parent;
      if (checkpoint && checkpoint !== form.checkpoint) form.choose(checkpoint, true);
      commit();
      if (!seedsOnly) element.dispatchEvent(new CustomEvent('pg:moved', {bubbles: true, detail: {task, taken: true}}));
    };

    let lock = null, timer = null;
    const later = (rest) => {
      clearTimeout(timer);
      if (form.follows?.on) timer = setTimeout(pg.draft, rest, form);
    };
    const advanced = pg.el('div');
    const rows = pg.el('div', {className: 'pg-form'});
    if (spec.checkpoints) rows.append(pg.chooser(form, spec));
    if (spec.elsewhere) {
      const here = pg.button(null, words.FROM_WORDS, () => {}, 'pg-small-button'), there = pg.button(`${task}-from-picture`, words.FROM_PICTURE, () => pg.open(...spec.elsewhere), 'pg-small-button');
      here.setAttribute('aria-pressed', 'true');
      rows.append(pg.el('div', {className: 'pg-chips'}, pg.el('span', {className: 'pg-small', says: words.START_FROM}), here, there));
    }
    if (spec.explains) rows.append(pg.el('p', {className: 'pg-small', says: spec.explains}));
    // A form may borrow what another one holds: then it has no controls of its own.
    for (const field of spec.borrows ? [] : spec.fields) {
      const control = fields[field.name] = pg.control(field, form, (value) => moved(field.name, value));
      control.show(values[field.name]);
      (field.advanced ? advanced : rows).append(control.row);
      const write = (text) => { form.set(field.name, text); moved(field.name, text); };
      if (field.name === 'prompt' && spec.counts) pg.countTokens(form, control);
      if (field.name === 'prompt' && spec.wand) pg.wand(form, control, write);
      if (spec.chips?.[field.name]) rows.append(pg.motionChips(`${task}-motions`, spec.chips[field.name], write, () => values[field.name]));
    }
    if (advanced.childNodes.length) {
      const fold = pg.fold(`${task}-advanced`, words.ADVANCED, (body) => body.append(advanced));
      // Files may have come since the page was opened, such as LoRAs.
      if (spec.checkpoints) fold.addEventListener('unfold', () => pg.chooseCheckpoint(form, form.checkpoint, true, true));
      rows.append(fold);
    }
    if (fields.seed) {
      lock = pg.el('input', {type: 'checkbox', on: {change: commit}});
      rows.append(pg.el('label', {className: 'pg-lock'}, lock, pg.el('span', {says: words.LOCK})));
    }
    if (spec.drafted?.length) {
      form.follows = follows();
      rows.append(form.follows.row);
    }
    const generate = pg.button(`${task}-generate`, spec.button, () => form.run(), 'pg-primary');
    const stop = pg.button(`${task}-stop`, words.STOP, () => {
      tell('stop', {press: pg.waits[task]?.press});
      delete pg.waits[task];
    }, 'pg-stop');
    rows.append(pg.el('div', {className: 'pg-run'}, generate, stop));
    if (spec.examples?.length) rows.append(pg.examples(form, spec.examples));
    element.append(rows);

    form.run = () => {
      if (spec.borrows) Object.assign(values, pg.forms[spec.borrows].values);
      if (spec.borrows) form.checkpoint = pg.forms[spec.borrows].checkpoint;
      commit();
      clearTimeout(timer);
      // What was drafted is made in full: from its seed, also where the next one may be another.
      if (form.drafted === values.seed) props.value = {...props.value, keep: true};
      form.drafted = null;
      form.asked = performance.now();
      const place = document.getElementById(`${task}-stage`);
      if (place && innerWidth < 900) place.scrollIntoView({block: 'nearest', behavior: 'smooth'});
      element.dispatchEvent(new CustomEvent('pg:run'));
      tell('generate', pg.pressed(task, props.value));
    };
    // Takes back what this form held before the page was loaded again, drawings too.
    form.hold = (asked) => {
      const {checkpoint, keep, parent, ...held} = asked;
      form.take({checkpoint, keep, parent, values: held});
      props.value = asked;
    };
    // What was pressed before the page was loaded again, and the server does not know.
    form.again = ({press, asked, instead}) => {
      form.hold(asked);
      element.dispatchEvent(new CustomEvent('pg:run'));
      tell('generate', {press, instead, again: true});
    };
    form.commit = commit;
    // What somebody wrote or drew stays theirs, whichever checkpoint is to make it.
    const theirs = (field) => field.name === 'prompt' || DRAWN.includes(field.kind);
    // The further panels of a tab follow its chooser, but for those that have one of their own.
    form.choose = (id, keepValues) => {
      if (spec.checkpoints) return pg.chooseCheckpoint(form, id, keepValues);
      form.checkpoint = id;
      return commit();
    };
    form.applyState = (state, keepValues) => {
      form.state = state;
      form.checkpoint = state.id;
      for (const field of spec.borrows ? [] : spec.fields) {
        const control = fields[field.name];
        const options = state.options[field.name];
        if (options) {
          control.offer(options);
          const known = options.map(([value]) => value);
          if (control.many) {
            const there = String(values[field.name]).split(',').map((name) => name.trim()).filter((name) => known.includes(name));
            form.set(field.name, (there.length ? there : known).join(', '));
          } else if (!known.includes(values[field.name])) {
            form.set(field.name, known.includes(state.defaults[field.name]) ? state.defaults[field.name] : known[0] ?? '');
          }
        }
        const hidden = state.unused.includes(field.name) || (options && !control.many && options.length === 1 && options[0][0] !== '');
        control.row.hidden = Boolean(hidden);
        if (hidden && !options) form.set(field.name, state.defaults[field.name] ?? spec.values[field.name]);
        else if (!keepValues && !options && !theirs(field) && field.name in state.defaults) form.set(field.name, state.defaults[field.name]);
        if (state.most[field.name]) control.bound(state.most[field.name]);
      }
      commit();
      if (own || spec.checkpoints) document.dispatchEvent(new CustomEvent('pg:checkpoint', {detail: {family: own ? spec.family : '', form, state}}));
    };
    document.addEventListener('pg:checkpoint', ({detail}) => {
      if (detail.family !== spec.family || detail.form === form || spec.checkpoint) return;
      form.applyState({...detail.state, ...(spec.states?.[detail.state.id] || {})}, true);
      if (spec.live && !own) pg.draw(form);
    });
    const ownForm = pg.forms[spec.family];
    if (spec.state) form.applyState(!own && !spec.checkpoint && ownForm ? {...ownForm.state} : spec.state, true);
    else commit();
    pg.there('forms', task, form);
    if (spec.live) pg.when('results', task, () => pg.draw(form, true));
  };

  // Examples: settings that look good, one click away.
  pg.examples = (form, examples) => {
    const chips = pg.el('div', {className: 'pg-chips'});
    for (const {label, values, checkpoint} of examples) {
      chips.append(pg.button(null, label, async () => {
        if (checkpoint && checkpoint !== form.checkpoint) await form.choose(checkpoint, true);
        for (const [name, value] of Object.entries(values)) {
          const options = form.state?.options[name];
          if (!options || options.some(([known]) => known === value)) form.set(name, value);
        }
        form.commit();
        form.port.element.dispatchEvent(new CustomEvent('pg:moved', {bubbles: true, detail: {task: form.task}}));
        if (form.spec.live) pg.draw(form);
        else form.run();
      }, 'pg-small-button'));
    }
    return pg.el('div', {className: 'pg-examples'}, pg.el('p', {className: 'pg-small', says: words.EXAMPLES}), chips);
  };

  // One motion at a time: the one that was there gives way. Chinese prompts get Chinese words, without a blank.
  pg.motionChips = (id, motions, write, read) => {
    const chips = pg.el('div', {className: 'pg-chips', id});
    for (const motion of motions) {
      chips.append(pg.button(null, motion, () => {
        let thing = (read() || '').trim();
        for (const word of motions.flat()) if (thing.endsWith(word)) thing = thing.slice(0, -word.length).trim();
        write(/[\u4e00-\u9fff]/.test(thing) ? thing + motion[1] : (thing ? `${thing} ` : '') + motion[0]);
      }, 'pg-small-button'));
    }
    return pg.el('div', {}, pg.el('p', {className: 'pg-small', says: words.MOTION_CHIPS}), chips);
  };

  // How many of the text encoder's tokens a prompt takes, said while it is typed.
  pg.countTokens = (form, control) => {
    let timer = null;
    const help = control.help.pgSays.text;
    const near = pg.el('div', {className: 'pg-near', role: 'status'});
    control.row.append(near);
    // Words that the checkpoint hardly knows, each with known things in its place, one click away.
    const offer = (unknown, empty) => near.replaceChildren(...(empty ? [pg.el('p', {className: 'pg-small', says: pg.fill(words.LEFT_EMPTY, empty)})] : []), ...unknown.map(({word, things}) => pg.el('div', {className: 'pg-chips'},
      pg.el('span', {className: 'pg-small', says: pg.fill(words.HARDLY_KNOWN, word)}),
      ...things.map((thing) => pg.el('button', {type: 'button', className: 'pg-button pg-small-button', textContent: thing, on: {click: () => {
        control.show(form.values.prompt.replace(word, thing));
        control.row.querySelector('textarea').dispatchEvent(new Event('input', {bubbles: true}));
      }}})))));
    const count = async () => {
      const answer = await pg.ask(form.port, 'count_tokens', {checkpoint: form.checkpoint, prompt: form.values.prompt});
      if (answer) offer(answer.near ?? [], answer.empty);
      if (answer) pg.say(control.help, answer.said ? help.map((text, at) => `${text} ${answer.said[at]}`) : help);
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(count, 150); };
    form.port.element.addEventListener('pg:moved', ({detail}) => { if (detail.taken || !detail.name || detail.name === 'prompt') later(); });
    document.addEventListener('pg:checkpoint', ({detail}) => { if (detail.form === form) later(); });
  };
})();
