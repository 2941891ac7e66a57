// Markdown as a page shows it: headings one step beneath the section they stand in.
import { createElement, Fragment } from 'react';
import { type Block, type Cells, type Inline, readMarkdown } from './markdown.ts';
import './markdown-view.css';

/** The section's own title is an h2. */
const TOP_LEVEL = 3;
const LOWEST_LEVEL = 6;

export function MarkdownView({ markdown }: { readonly markdown: string }) {
  return (
    <div className="markdown">
      {readMarkdown(markdown).map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'heading':
      return createElement(
        `h${Math.min(LOWEST_LEVEL, TOP_LEVEL - 1 + block.level)}`,
        null,
        <Parts parts={block.parts} />,
      );
    case 'list':
      return createElement(
        block.isOrdered ? 'ol' : 'ul',
        null,
        block.items.map((item, index) => (
          <li key={index}>
            <Parts parts={item} />
          </li>
        )),
      );
    case 'quote':
      return (
        <blockquote>
          <Parts parts={block.parts} />
        </blockquote>
      );
    case 'code':
      return <pre>{block.text}</pre>;
    case 'table':
      return <TableView head={block.head} rows={block.rows} />;
    default:
      return (
        <p>
          <Parts parts={block.parts} />
        </p>
      );
  }
}

function TableView({ head, rows }: { readonly head: Cells; readonly rows: readonly Cells[] }) {
  return (
    <div className="markdown-table">
      <table>
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col">
                <Parts parts={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>
                  <Parts parts={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Parts({ parts }: { readonly parts: readonly Inline[] }) {
  return parts.map((part, index) => <Part key={index} part={part} />);
}

function Part({ part }: { readonly part: Inline }) {
  switch (part.kind) {
    case 'code':
      return <code>{part.text}</code>;
    case 'strong':
      return (
        <strong>
          <Parts parts={part.parts} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Parts parts={part.parts} />
        </em>
      );
    case 'link':
      return (
        <a href={part.href} rel="noreferrer">
          <Parts parts={part.parts} />
        </a>
      );
    default:
      return <Fragment>{part.text}</Fragment>;
  }
}
