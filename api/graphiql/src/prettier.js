// GraphiQL formats JSON through Prettier's parser of JavaScript, 170 kB compressed; jsonc-parser is in the bundle anyway.
import { applyEdits, format as edits } from 'jsonc-parser';

export async function format(text, options) {
  if (options.parser === 'jsonc') {
    return applyEdits(text, edits(text, undefined, { insertSpaces: true, tabSize: 2 }));
  }
  const prettier = await import('prettier/standalone');
  return prettier.format(text, options);
}
