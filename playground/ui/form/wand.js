// The prompt writer: offers prompts beside the one that stands there; a click takes one.
(() => {
  const pg = window.playground, words = pg.words.form;

  pg.wand = (form, control, write) => {
    const offers = pg.el('div', {className: 'pg-chips pg-offers', id: `${form.task}-offers`, 'aria-live': 'polite', hidden: true});
    const ask = async () => {
      wand.disabled = true;
      const answer = await pg.ask(form.port, 'suggest_prompts', {prompt: form.values.prompt ?? ''});
      wand.disabled = false;
      offers.hidden = !answer?.prompts;
      offers.replaceChildren(...(answer?.prompts ?? []).map((prompt) => pg.button(null, [prompt, prompt], () => write(prompt), 'pg-small-button')));
    };
    const wand = pg.el('button', {type: 'button', id: `${form.task}-wand`, className: 'pg-button pg-small-button pg-wand', title: words.WAND_HELP, on: {click: ask}},
      pg.el('span', {textContent: '✨ ', 'aria-hidden': 'true'}), pg.el('span', {says: words.WAND}));
    control.row.append(wand, offers);
  };
})();
