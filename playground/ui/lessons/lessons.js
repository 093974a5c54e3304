// Lessons: a card above the tabs leads through steps; each step opens a tab with its settings. In a room people may follow
// the host, who sees where everybody is and what they answer.
(() => {
  const pg = window.playground, words = pg.words.lessons;
  let port = null, place = null, lesson = null, step = 0, led = '', counted = null;
  const mine = {};  // what was answered here: lesson and step → choice

  pg.kinds.lessons = (itself) => {
    port = itself;
    const list = pg.el('div', {className: 'pg-lesson-list', hidden: true}), card = pg.el('div', {id: 'pg-lesson', className: 'pg-lesson', hidden: true});
    for (const each of port.spec.lessons) {
      list.append(pg.el('button', {type: 'button', className: 'pg-button pg-lesson-tile', 'data-lesson': each.name, on: {click: () => { list.hidden = true; open(each.name, 0); }}},
        pg.el('b', {says: each.title}), pg.el('small', {says: each.about}), pg.el('small', {says: pg.fill(words.MINUTES, each.minutes)})));
    }
    const button = pg.button('pg-lessons-button', words.LESSONS, () => { list.hidden = !list.hidden; });
    const tools = () => document.querySelector('.pg-tools');
    if (tools()) tools().prepend(button); else port.element.append(button);
    port.element.append(list, card);
    place = card;
    const query = new URLSearchParams(location.search), name = query.get('lesson');
    // An address with settings of its own keeps them, as after a reload.
    if (name) open(name, Number(query.get('step') || 1) - 1, query.has('tab'));
    pg.room.heard(follow);
    pg.room.heard((state, before) => { if (lesson && state.host && !before) { draw(); tally(); } });
  };

  const open = async (name, number, keep, quietly) => {
    if (lesson?.name !== name) {
      const found = await pg.ask(port, 'open_lesson', {name});
      if (!found) return;
      lesson = found;
    }
    step = Math.min(Math.max(0, number || 0), lesson.steps.length - 1);
    counted = null;
    draw();
    arrange(keep);
    remember();
    if (!quietly) place.scrollIntoView({block: 'nearest', behavior: 'smooth'});
    tally();
  };
  const leave = () => { lesson = null; place.hidden = true; release(); remember(); };

  // The address holds lesson and step, the room holds them too.
  const remember = () => {
    const query = new URLSearchParams(location.search);
    if (lesson) { query.set('lesson', lesson.name); query.set('step', step + 1); } else { query.delete('lesson'); query.delete('step'); }
    history.replaceState(history.state, '', `?${query}`);
    if (pg.room?.state) pg.room.ask('place', {place: lesson ? {lesson: lesson.name, step, title: lesson.title} : {}});
  };
  pg.placeInWords = (where) => (where?.title ? `${pg.in(where.title)} · ${where.step + 1}` : '');

  let begun = false;
  const follow = (state) => {
    const lead = JSON.stringify(state.lead);
    if (!begun) {
      begun = true;
      led = lead;
      for (const [name, number, choice] of state.answers) mine[`${name} ${number}`] = choice;
      if (!lesson && state.place.lesson) open(state.place.lesson, state.place.step, location.search.includes('tab='), true);
      else if (!lesson && state.lead.lesson && !state.host) { open(state.lead.lesson, state.lead.step); pg.toast(pg.in(words.BROUGHT)); }
      else if (lesson) draw();
      return;
    }
    if (lead === led) return;
    led = lead;
    if (!state.lead.lesson) { if (lesson) draw(); return; }
    if (!state.host || (lesson && lesson.name === state.lead.lesson && step !== state.lead.step)) {
      open(state.lead.lesson, state.lead.step);
      if (!state.host) pg.toast(pg.in(words.BROUGHT));
    } else if (lesson) draw();
  };

  const draw = () => {
    const now = lesson.steps[step], host = pg.room?.state?.host, last = step === lesson.steps.length - 1;
    place.hidden = false;
    const say = (tag, says, className) => pg.el(tag, {says, className});
    const go = (number) => open(lesson.name, number);
    const buttons = [
      step ? pg.button('pg-lesson-back', words.BACK, () => go(step - 1), 'pg-small-button') : null,
      last ? null : pg.button('pg-lesson-next', words.NEXT, () => go(step + 1), 'pg-small-button pg-primary'),
      now.tab ? pg.button('pg-lesson-again', words.AGAIN, () => arrange(), 'pg-small-button') : null,
      host ? pg.button('pg-lesson-bring', words.BRING, bring, 'pg-small-button pg-primary') : null,
      host && pg.room.state.lead.lesson ? pg.button('pg-lesson-free', words.LET_GO, () => pg.room.ask('host/lead', {place: {}}).then(pg.room.look), 'pg-small-button') : null,
      pg.button('pg-lesson-leave', words.LEAVE, leave, 'pg-small-button'),
    ];
    place.replaceChildren(
      pg.el('div', {className: 'pg-lesson-head'}, say('span', lesson.title, 'pg-small'), say('span', pg.fill(words.STEP, step + 1, lesson.steps.length), 'pg-small')),
      say('h2', now.title), say('p', now.text),
      ...(now.task ? [pg.el('p', {className: 'pg-lesson-task'}, say('b', words.TASK), say('span', now.task))] : []),
      ...(now.question ? [ask(now.question)] : []),
      ...(host ? [say('p', counted ? pg.fill(words.WHO, counted.where[step] ?? 0, counted.people) : ['', ''], 'pg-small')] : []),
      pg.el('div', {className: 'pg-chips'}, ...buttons.filter(Boolean)));
  };
  const bring = () => pg.room.ask('host/lead', {place: {lesson: lesson.name, step, turn: Date.now()}}).then(pg.room.look);

  const ask = (question) => {
    const key = `${lesson.name} ${step}`, given = mine[key], host = pg.room?.state?.host;
    const votes = counted?.answers[step] ?? {}, all = Object.values(votes).reduce((sum, count) => sum + count, 0);
    const choose = (choice) => {
      mine[key] = choice;
      if (pg.room?.state) pg.room.ask('answer', {lesson: lesson.name, step, answer: choice});
      draw();
    };
    const told = given === undefined ? null : [question.right === null ? words.NOTED : given === question.right ? words.RIGHT : words.WRONG, question.why];
    return pg.el('div', {className: 'pg-asked', role: 'group', label: question.asks}, pg.el('p', {says: question.asks}),
      ...question.choices.map((says, choice) => {
        const bar = pg.el('i');
        bar.style.width = all ? `${100 * (votes[choice] ?? 0) / all}%` : 0;
        const shown = given !== undefined && question.right === choice ? 'pg-right' : '';
        const button = pg.el('button', {type: 'button', className: `pg-button pg-choice-button ${shown}`, 'aria-pressed': String(given === choice), on: {click: () => choose(choice)}},
          bar, pg.el('span', {says}), host ? pg.el('span', {className: 'pg-votes', textContent: votes[choice] ?? 0}) : null);
        return button;
      }),
      ...(told ? [pg.el('p', {className: 'pg-small', role: 'status', says: told[0].map((text, at) => `${text} ${told[1][at]}`)})] : []),
      ...(host && counted ? [pg.el('p', {className: 'pg-small', says: pg.fill(words.ANSWERS, all)})] : []));
  };

  // The host's bars: asked for while a lesson is open.
  let timer = null;
  const tally = async () => {
    clearTimeout(timer);
    if (!lesson || !pg.room?.state?.host) return;
    const told = await pg.room.ask(`answers?lesson=${encodeURIComponent(lesson.name)}`);
    if (told && lesson && JSON.stringify(told) !== JSON.stringify(counted)) { counted = told; draw(); }
    timer = setTimeout(tally, 1500);
  };

  // Opens the step's tab with its settings; controls that the step does not show are hidden, locked ones stay.
  const release = () => {
    for (const node of document.querySelectorAll('.pg-not-shown')) node.classList.remove('pg-not-shown');
    for (const node of document.querySelectorAll('.pg-locked')) { node.classList.remove('pg-locked'); node.inert = false; }
    for (const node of document.querySelectorAll('.pg-lesson-form')) node.classList.remove('pg-lesson-form', 'pg-lesson-advanced');
  };
  const arrange = (keep) => {
    release();
    const now = lesson.steps[step];
    if (!now.tab) return;
    const {tab: task, family, checkpoint, settings} = now;
    if (keep) pg.open(family, task);
    else pg.deliver({family, task, checkpoint: checkpoint || undefined, values: settings});
    const [name, number] = [lesson.name, step];
    pg.when('forms', task, (form) => {
      if (lesson?.name !== name || step !== number) return;
      form.port.element.classList.toggle('pg-lesson-form', now.show.length > 0);
      form.port.element.classList.toggle('pg-lesson-advanced', now.advanced);
      for (const [field, control] of Object.entries(form.fields)) {
        control.row.classList.toggle('pg-not-shown', now.show.length > 0 && !now.show.includes(field));
        control.row.classList.toggle('pg-locked', now.lock.includes(field));
        control.row.inert = now.lock.includes(field);
      }
      if (now.advanced) form.port.element.querySelector('[id$="-advanced"]')?.open?.(true);
      if (form.spec.live && !keep) pg.draw(form);
    });
  };
})();
