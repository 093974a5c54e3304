// The grid of a tab: axes, a table that fills, cells to open and to leave out. It is the server's, so a page that is
// loaded again, or the browser's other tabs, find it by the id that this tab kept.
(() => {
  const pg = window.playground, words = pg.words.grid;
  const KEY = 'playground-grids';
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch { return {}; } };
  const keep = (task, what) => {
    try { sessionStorage.setItem(KEY, JSON.stringify({...kept(), [task]: what})); } catch { return false; }  // keeps nothing, or not as much
    return true;
  };

  // A tab that was duplicated has the grid of the other one: what is shown there too is not stopped from here.
  const channel = window.BroadcastChannel && new BroadcastChannel(KEY);
  const shownHere = {};
  channel?.addEventListener('message', ({data}) => {
    if (data.asks && Object.values(shownHere).includes(data.asks)) channel.postMessage({shown: data.asks});
  });
  const shownElsewhere = (id) => new Promise((tell) => {
    const hear = ({data}) => { if (data.shown === id) tell(true); };
    channel?.addEventListener('message', hear);
    channel?.postMessage({asks: id});
    setTimeout(() => { channel?.removeEventListener('message', hear); tell(false); }, channel ? 200 : 0);
  });

  pg.kinds.grid = (port) => {
    const {element, props, spec, tell, watch} = port, {task} = spec;
    let id = '', waits = null, last = 0;
    const status = pg.el('div', {id: `${task}-grid-status`}), table = pg.el('div', {id: `${task}-grid`}), files = pg.el('div', {id: `${task}-grid-downloads`});
    const axes = spec.axes.map(([field, values], number) => {
      const list = pg.list(`${task}-axis-${number}-box`, async (chosen) => {
        remember();
        const answer = await pg.ask(port, 'offer_values', {field: chosen, checkpoint: pg.forms[task]?.checkpoint ?? ''});
        if (answer) { area.value = answer.values; remember(); }
      }, [words.COLUMNS, words.ROWS, words.TABLES][number]);
      list.offer([['', ...words.NO_AXIS], ...spec.fields]);
      list.show(field);
      const area = pg.el('textarea', {rows: 2, maxLength: spec.longest, value: values, label: words.VALUES, on: {input: () => remember()}});
      const row = pg.el('div', {className: 'pg-axis'},
        pg.el('div', {className: 'pg-field', id: `${task}-axis-${number}`}, pg.el('label', {className: 'pg-label', htmlFor: `${task}-axis-${number}-box`, says: [words.COLUMNS, words.ROWS, words.TABLES][number]}), list.node),
        pg.el('div', {className: 'pg-field', id: `${task}-axis-${number}-values`}, area));
      return {list, area, row};
    });
    const written = () => axes.map(({list, area}) => [list.value, area.value]);
    // Until the server tells the grid's name, what was asked for is kept: a page that is loaded again asks for it again.
    const remember = () => { shownHere[task] = id; pg.fills[task] = Boolean(waits); keep(task, {id, axes: written(), ...waits}) || keep(task, {id, axes: written()}); };
    const make = pg.button(`${task}-grid-make`, words.MAKE, async () => {
      const earlier = id, {press} = waits = {press: pg.name(), asked: pg.forms[task]?.port.props.value};
      id = '';
      remember();
      if (earlier && !(await shownElsewhere(earlier))) await pg.ask(port, 'stop_grid', {id: earlier});
      tell('make', {axes: written(), press});
    }, 'pg-primary');
    const stop = pg.button(`${task}-grid-stop`, words.STOP_GRID, () => { if (id) pg.ask(port, 'stop_grid', {id}); }, 'pg-stop');
    const goOn = pg.button(`${task}-grid-go-on`, words.GO_ON, () => { goOn.hidden = true; pg.morph(files, ''); tell('go_on', {id}); });
    goOn.hidden = true;
    const help = pg.el('p', {className: 'pg-small', says: words.GRID_HELP.map((text) => text.replaceAll('`', ''))});
    const fold = pg.fold(`${task}-grid-fold`, words.GRID, (body) => body.append(
      help, pg.el('div', {className: 'pg-axes'}, ...axes.map(({row}) => row)),
      pg.el('div', {className: 'pg-run'}, make, stop, goOn), status, table, files));
    element.append(fold);
    watch('value', () => {
      const value = props.value;
      if (!value?.number || value.number === last) return;
      last = value.number;
      if (value.gone) {
        id = '';
        if (waits?.asked) pg.when('forms', task, (form) => { form.hold(waits.asked); tell('make', {axes: written(), press: waits.press}); });
        else { waits = null; remember(); }
        return;
      }
      if (value.id && value.id !== id) { id = value.id; waits = null; remember(); }
      if (value.refused) { waits = null; remember(); }
      if (value.fills !== undefined) pg.fills[task] = value.fills;
      if (value.status !== undefined) pg.morph(status, value.status);
      if (value.table !== undefined) pg.morph(table, value.table);
      if (value.downloads !== undefined) pg.morph(files, value.downloads);
      if (value.go_on !== undefined) goOn.hidden = !value.go_on;
      if (value.toast) pg.toast(value.toast, 'error');
    });
    pg.cells(table, port);
    const before = kept()[task];
    if (before && Array.isArray(before.axes)) {
      before.axes.slice(0, axes.length).forEach(([field, values], at) => {
        if (field !== '' && !spec.fields.some(([known]) => known === field)) return;
        axes[at].list.show(String(field));
        axes[at].area.value = String(values).slice(0, spec.longest);
      });
      id = shownHere[task] = before.id;
      if (before.press) waits = {press: before.press, asked: before.asked};
      if (id || waits) { fold.open(true); tell('resume', {id, press: waits?.press}); }
    }
  };

  // What happens when somebody clicks a cell: it is left out, or its picture and settings come to the tab.
  pg.cells = (table, port) => table.addEventListener('click', async (event) => {
    const cell = event.target.closest('[data-cell]'), grid = event.target.closest('[data-grid]');
    if (!cell || !grid) return;
    const asked = {id: grid.dataset.grid, cell: Number(cell.dataset.cell)};
    if (cell.dataset.act !== 'open') return void pg.ask(port, 'leave_out', asked);
    const answer = await pg.ask(port, 'open_cell', asked);
    if (!answer?.result) return;
    pg.deliver(answer);
    document.getElementById(grid.dataset.stage)?.scrollIntoView({block: 'nearest', behavior: 'smooth'});
  });

  // Below a result: four neighbours of its noise, and the same with a little more or less of one control.
  pg.varyButtons = (place, form, spec, walk) => {
    const task = form.task;
    if (spec.neighbours) {
      const [min, max, start] = spec.distance;
      const range = pg.control({kind: 'slider', name: 'vary-distance', label: words.DISTANCE, min, max, step: 0.05}, form, () => {});
      range.show(start);
      const near = pg.button(`${task}-vary`, words.NEIGHBOURS, () => walk(Number(range.row.querySelector('input[type=range]').value)), 'pg-small-button');
      range.row.classList.add('pg-distance');
      range.row.id = `${task}-vary-distance`;
      place.append(near, range.row);
      const follow = () => { near.hidden = range.row.hidden = Boolean(form.state?.unused.includes('walk')); };
      document.addEventListener('pg:checkpoint', ({detail}) => { if (detail.form === form) follow(); });
      follow();
    }
    for (const [field, kind, amount, min, max, step] of spec.changes) {
      const label = form.spec.fields.find((each) => each.name === field).label;
      for (const less of [true, false]) {
        const sign = kind === 'add' ? (less ? '−' : '+') : (less ? '÷ 2' : '× 2');
        const button = pg.button(`${task}-${less ? 'less' : 'more'}-${field}`, label.map((text) => `${text} ${sign}`), () => {
          const value = form.values[field];
          const next = kind === 'add' ? value + (less ? -amount : amount) : value * (less ? 1 / amount : amount);
          form.take({values: {[field]: Number(Math.min(max, Math.max(min, Math.round(next / step) * step)).toFixed(6)), seed: form.values.seed}, keep: true});
          form.run();
        }, 'pg-small-button');
        place.append(button);
        document.addEventListener('pg:checkpoint', ({detail}) => { if (detail.form === form) button.hidden = detail.state.unused.includes(field); });
        button.hidden = Boolean(form.state?.unused.includes(field));
      }
    }
  };
})();
