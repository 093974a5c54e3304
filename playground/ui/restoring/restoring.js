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
    const answer = await pg.ask(port, 'restore_file', {path: sent.path, name: file.name, chosen: pg.forms.text_to_image?.checkpoint ?? ''});
    if (!answer) return;
    pg.deliver(answer);
    proof.tell(answer.said ? answer : null);
  };

  const fetched = async (address) => {
    if (!address.startsWith('data:') && new URL(address).origin !== location.origin) return null;
    const found = await fetch(address).catch(() => null);
    return found?.ok ? new File([await found.blob()], decodeURIComponent(address.split('/').pop()).slice(-80)) : null;
  };

  // A field cuts what is too long without a word.
  const tellCut = (event, carried) => {
    const field = event.target.closest?.('textarea, input'), text = carried?.getData('text/plain') || '';
    if (!field || !(field.maxLength > 0)) return;
    const taken = event.type === 'paste' ? field.selectionEnd - field.selectionStart : 0;
    const left = text.replace(/\r\n/g, '\n').length - (field.maxLength - field.value.length + taken);
    if (left > 0) pg.toast(pg.in(pg.fill(words.PASTE_CUT, left, field.maxLength)));
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

    // A file dropped anywhere goes to the pad below it, else here, so that no browser opens it in place of the page. A
    // picture of the page's own that is dragged back comes with its file, which has the settings.
    let own = null;
    document.addEventListener('dragstart', ({target}) => {
      const found = target.closest?.('img, a[href]');
      own = found && (found.closest('a[href]')?.href || found.src);
    });
    document.addEventListener('dragend', () => { own = null; });
    const takes = (event) => own || [...(event.dataTransfer?.types || [])].includes('Files');
    document.addEventListener('dragover', (event) => { if (takes(event)) event.preventDefault(); }, true);
    document.addEventListener('drop', async (event) => {
      if (!takes(event)) return tellCut(event, event.dataTransfer);
      event.preventDefault();
      const pad = event.target.closest?.('.pg-pad, .pg-takes'), dragged = own, given = event.dataTransfer?.files[0];
      own = null;
      const file = dragged ? await fetched(dragged) : given;
      if (!file) return;
      if (pad) pad.pgTake(file);
      else if (!dragged || !dragged.startsWith('data:')) pg.restore(file);
    }, true);
    document.addEventListener('paste', (event) => {
      const file = event.clipboardData?.files[0], words = event.clipboardData?.getData('text/plain');
      if (!file || (words && event.target.closest?.('textarea, input'))) return tellCut(event, event.clipboardData);
      event.preventDefault();
      const pad = [...document.querySelectorAll('.pg-pad')].find((each) => each.offsetParent);
      if (pad) pad.pgTake(file); else pg.restore(file);
    });
    return row;
  };
})();
