// “Where does this come from?”: a file is chosen, or dropped on the button, and what it says of itself is told.
(() => {
  const pg = window.playground, words = pg.words.gallery;

  pg.origin = (port) => {
    const said = pg.el('div', {id: 'gallery-origin-said', role: 'status'});
    const look = async (file) => {
      let sent;
      try { sent = await port.upload(file); } catch (error) { return pg.toast(String(error.message || error), 'error'); }
      const answer = await pg.ask(port, 'where_from', {path: sent.path, name: file.name});
      if (answer) pg.morph(said, answer.html);
    };
    const file = pg.el('input', {type: 'file', hidden: true, on: {change: () => {
      if (file.files[0]) look(file.files[0]);
      file.value = '';
    }}});
    const button = pg.button('gallery-origin', words.WHERE_FROM, () => file.click(), 'pg-small-button');
    button.pgTake = look;
    button.classList.add('pg-takes');
    return pg.el('div', {className: 'pg-origin'}, button, file, said);
  };
})();
