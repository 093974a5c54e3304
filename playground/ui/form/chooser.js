// The chooser of a tab: which checkpoint, what it is, and fetching it when it is not on this machine yet.
(() => {
  const pg = window.playground, words = pg.words.form;
  const LOOK_EVERY = 300;

  pg.chooser = (form, spec) => {
    const task = spec.task, id = `${task}-checkpoint`;
    // What a checkpoint starts with is meant for its family's own form; a further panel keeps what it has.
    const list = pg.list(`${id}-box`, (chosen) => pg.chooseCheckpoint(form, chosen, task !== spec.family), words.CHECKPOINT);
    const about = pg.el('div', {id: `${task}-about`}), bar = pg.el('div', {id: `${task}-download-bar`});
    const fetch = pg.button(`${task}-download`, spec.state.offer, () => run('start_download'), 'pg-primary pg-small-button');
    const cancel = pg.button(`${task}-download-cancel`, words.DOWNLOAD_CANCEL, () => pg.ask(form.port, 'stop_download', {checkpoint: form.checkpoint}), 'pg-small-button');
    let watching = '';
    const told = (state) => {
      pg.morph(about, state.about);
      pg.say(fetch, state.offer);
      const may = state.may_download !== false;
      fetch.hidden = state.on_disk || state.downloading || !may;
      cancel.hidden = !state.downloading || !may;
      list.offer(state.checkpoints.filter(([id]) => pg.offered('checkpoints', id)));
      list.show(state.id);
      if (state.downloading && watching !== state.id) run('watch_download');
    };
    const run = async (name) => {
      const chosen = watching = form.checkpoint;
      for (let ask = name; watching === chosen; ask = 'watch_download') {
        const progress = await pg.ask(form.port, ask, {checkpoint: chosen});
        if (!progress || form.checkpoint !== chosen) break;
        pg.morph(bar, progress.html);
        fetch.hidden = progress.running || progress.on_disk;
        cancel.hidden = !progress.running;
        if (!progress.running) {
          watching = '';
          await pg.chooseCheckpoint(form, chosen, true);
          pg.morph(bar, progress.html);
          return;
        }
        await new Promise((later) => setTimeout(later, LOOK_EVERY));
      }
      watching = '';
    };
    document.addEventListener('pg:checkpoint', ({detail}) => { if (detail.form === form) told(detail.state); });
    document.addEventListener('pg:language', () => pg.chooseCheckpoint(form, form.checkpoint, true, true));
    form.forgetDownload = () => { watching = ''; pg.morph(bar, ''); };
    return pg.el('div', {className: 'pg-field pg-choice', id},
      pg.el('label', {className: 'pg-label', htmlFor: `${id}-box`, says: words.CHECKPOINT}),
      pg.el('p', {className: 'pg-help', says: words.CHECKPOINT_HELP}), list.node, about, bar, fetch, cancel);
  };

  // Asks what a checkpoint is like, and lets the form follow.
  pg.chooseCheckpoint = async (form, id, keepValues, quietly) => {
    if (id !== form.checkpoint) form.forgetDownload?.();
    form.checkpoint = id;
    form.commit();
    const state = await pg.ask(form.port, 'look_at_checkpoint', {checkpoint: id});
    if (!state || form.checkpoint !== id) return;
    form.applyState(state, keepValues);
    if (form.spec.live && !quietly) pg.draw(form);
  };
})();
