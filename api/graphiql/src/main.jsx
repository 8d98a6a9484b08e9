import './workers.js';
// Imported here and not only on demand by GraphiQL, so that the editor's styles are part of the one stylesheet.
import 'monaco-graphql/esm/monaco-editor.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './main.css';

import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { examples } from './examples.js';
import { fetcher } from './fetcher.js';
import { KeyField } from './key.jsx';
import { storage } from './storage.js';

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} defaultTabs={examples} storage={storage}>
    <GraphiQL.Logo>
      <KeyField />
      VividWalls
    </GraphiQL.Logo>
  </GraphiQL>,
);
