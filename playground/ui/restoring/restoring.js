// Files that bring settings back: chosen, dropped anywhere, or pasted; and the line that offers to make one again.
(() => {
  const pg = window.playground, words = pg.words.restoring;
  let port = null, proof = null;

  pg.kinds.courier = (itself) => {
    port = itself;
    port.element.append(drawProof());
    pg.readLink(port);
    pg.recall(port);
  };

  pg.restore = async (file) => {
    let sent;
    try { sent = await port.upload(file); } catch (error) { return pg.toast(String(error.message || error), 'error'); }
    const answer = await pg.ask(port, 'restore_file', {path: sent.path, name: file.name});
    if (!answer) return;
    pg.deliver(answer);
    proof.tell(answer.said ? answer : null);
  };

  const drawProof = () => {
    const said = pg.el('div', {id: 'pg-proof-said'});
    let path = '';
    const again = pg.button(null, words.MAKE_AGAIN, () => port.tell('again', {path}), 'pg-small-button');
    const row = pg.el('div', {id: 'pg-proof', className: 'pg-proof', hidden: true}, said, again);
    proof = {tell: (answer) => {
      row.hidden = !answer;
      path = answer?.path ?? '';
      said.replaceChildren(pg.el('p', {className: 'pg-small', textContent: answer?.said ?? ''}));
    }};
    pg.showProof = (html) => pg.morph(said, html);

    // A file dropped where nothing of its own waits for one goes here, so that no browser opens it in place of the page.
    const takes = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
    const ours = (event) => event.target.closest && event.target.closest('input[type=file], .pg-pad');
    document.addEventListener('dragover', (event) => { if (takes(event) && !ours(event)) event.preventDefault(); });
    document.addEventListener('drop', (event) => {
      if (ours(event)) return;
      const file = event.dataTransfer?.files[0];
      const link = event.dataTransfer?.getData('text/uri-list');
      if (file || link) event.preventDefault();
      if (file) pg.restore(file);
    });
    document.addEventListener('paste', (event) => {
      const file = event.clipboardData?.files[0];
      if (file && !event.target.closest('textarea, input')) { event.preventDefault(); pg.restore(file); }
    });
    return row;
  };
})();
