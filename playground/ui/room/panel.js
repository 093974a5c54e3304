// The host's panel: invitation, people, jobs, limits, the wall to take along, the machine, and the end.
(() => {
  const pg = window.playground, words = pg.words.room, EVERY = 1500;
  const NUMBERS = [['guests', 'GUESTS'], ['jobs', 'JOBS_EACH'], ['steps', 'STEPS'], ['pictures', 'PICTURES'], ['frames', 'FRAMES']];
  let panel = null;

  const heading = (says) => pg.el('h3', {says});
  const act = async (name, body = {}) => { const done = await pg.room.ask(`host/${name}`, body); if (done) refresh(); return done; };
  const small = (says, press, classes = '') => pg.button(null, says, press, `pg-small-button ${classes}`);
  let refresh = () => {};

  pg.hostPanel = async () => {
    if (panel) return;
    const first = await pg.room.ask('panel');
    if (!first) return;
    const people = pg.el('div', {className: 'pg-rows'}), jobs = pg.el('div', {className: 'pg-rows'});
    const lessons = pg.el('div', {id: 'pg-lessons-host'}), checked = pg.el('pre', {id: 'pg-checked', hidden: true, tabIndex: 0, role: 'log', label: words.CHECK});
    const link = (kind, says) => pg.el('a', {className: 'pg-button pg-small-button', href: `${pg.root()}/room/wall.${kind}?language=${pg.language}`, download: '', says});
    const memory = pg.el('select', {label: words.MEMORY, on: {change: async () => {
      if (await act('memory', {mode: memory.value})) pg.toast(pg.in(pg.fill(words.MEMORY_SET, memory.value)));
    }}}, ...first.modes.map((mode) => pg.el('option', {value: mode, textContent: mode})));
    memory.value = first.memory;
    let sure = false;
    const end = small(words.CLOSE_ROOM, async () => {
      if (!sure) { sure = true; pg.say(end, words.CLOSE_SURE); return; }
      if (await act('close')) location.reload();
    }, 'pg-stop');
    const check = small(words.CHECK, async () => {
      checked.hidden = false;
      pg.say(checked, words.CHECKING);
      check.disabled = true;
      const told = await pg.room.read('host/check', (lines) => { checked.removeAttribute('data-says'); checked.textContent = `${lines}${pg.in(words.CHECKING)}`; });
      check.disabled = false;
      checked.removeAttribute('data-says');
      checked.textContent = told;
    });
    panel = pg.el('div', {className: 'pg-panel', id: 'pg-panel', role: 'dialog', label: words.PANEL}, pg.el('div', {className: 'pg-part'},
      pg.el('div', {className: 'pg-panel-head'}, pg.el('h2', {says: words.PANEL}), small(words.CLOSE_PANEL, () => { panel.remove(); panel = null; })),
      pg.el('div', {className: 'pg-invite'}, pg.el('img', {src: `${pg.root()}/room/qr.svg`, alt: ''}),
        pg.el('div', {}, pg.el('span', {className: 'pg-small', says: words.ADDRESS}), pg.el('b', {textContent: first.address}),
          pg.el('span', {className: 'pg-small', says: words.CODE}), pg.el('b', {textContent: `${first.code.slice(0, 3)} ${first.code.slice(3)}`}))),
      lessons, heading(words.PEOPLE), people,
      heading(words.JOBS), jobs, pg.el('div', {}, small(words.END_ALL, () => act('end_all'))),
      heading(words.LIMITS), ...limits(first),
      heading(words.WALL_TITLE), pg.el('div', {className: 'pg-chips'}, link('zip', words.WALL_ZIP), link('html', words.WALL_PAGE)),
      heading(words.MEMORY), memory, pg.el('div', {className: 'pg-chips'}, check, end), checked));
    document.querySelector('.gradio-container').append(panel);
    pg.drawHostLessons?.(lessons);

    refresh = async () => {
      if (!panel) return;
      const now = await pg.room.ask('panel');
      if (!now || !panel) return;
      people.replaceChildren(...now.people.map((each) => pg.el('div', {},
        pg.el('span', {textContent: each.name}), pg.el('span', {className: 'pg-small', textContent: pg.placeInWords?.(each.place) ?? ''}),
        pg.el('i', {className: each.here ? 'pg-here' : '', label: each.here ? words.HERE : words.AWAY, role: 'img'}),
        each.host ? pg.el('span', {says: words.HOST}) : small(words.SEND_OUT, () => act('send_out', {number: each.number})))));
      jobs.replaceChildren(...(now.jobs.length ? now.jobs.map((each) => pg.el('div', {},
        pg.el('span', {textContent: `${each.name} · ${each.what}`}), pg.el('span', {className: 'pg-small', textContent: each.state}),
        small(words.END, () => act('end', {job: each.id})))) : [pg.el('p', {className: 'pg-small', says: words.NO_JOBS})]));
      pg.refreshHostLessons?.();
    };
    const poll = async () => { await refresh(); if (panel) setTimeout(poll, EVERY); };
    poll();
  };

  const limits = (first) => {
    const set = (name, value) => act('limits', {limits: {[name]: value}});
    const numbers = NUMBERS.map(([name, says]) => pg.el('label', {}, pg.el('span', {says: words[says]}),
      pg.el('input', {type: 'number', min: 0, id: `pg-limit-${name}`, value: first.limits[name], on: {change: (event) => set(name, event.target.value)}})));
    const choices = (name, says, offered) => {
      const boxes = offered.map(([id, ...title]) => {
        const box = pg.el('input', {type: 'checkbox', value: id, checked: !first.limits[name].length || first.limits[name].includes(id)});
        return [box, pg.el('label', {}, box, title.length > 1 ? pg.el('span', {says: title}) : pg.el('span', {textContent: id}))];
      });
      const chosen = () => boxes.map(([box]) => box).filter((box) => box.checked).map((box) => box.value);
      return [pg.el('span', {className: 'pg-small', says}), pg.el('div', {className: 'pg-choices', id: `pg-limit-${name}`, on: {
        change: () => set(name, chosen().length === boxes.length ? [] : chosen()),
      }}, ...boxes.map(([, label]) => label))];
    };
    return [pg.el('p', {className: 'pg-small', says: words.LIMITS_HELP}), pg.el('div', {className: 'pg-limits'}, ...numbers),
      ...choices('tabs', words.TABS, first.tabs), ...choices('checkpoints', words.CHECKPOINTS, first.checkpoints)];
  };
})();
