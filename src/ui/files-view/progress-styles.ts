import { css } from 'lit';

/** Styles of the totals and of progress bars. */
export const progressStyles = css`
  /* Totals */
  .totals {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1em;
    margin-block: calc(1.5 * var(--_space)) calc(0.75 * var(--_space));
    padding-block-end: 0.75em;
    color: var(--_muted);
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
  .totals > :first-child {
    font-weight: 600;
  }

  /* Progress */
  .progress {
    position: absolute;
    inset-inline: calc(var(--_thumbnail) + 2.2 * var(--_space)) calc(1.2 * var(--_space));
    inset-block-end: 0;
    block-size: 3px;
    border-radius: 3px;
    background-color: color-mix(in oklab, currentColor 12%, transparent);
    overflow: hidden;
  }
  .total {
    inset-inline: 0;
    block-size: 6px;
    border-radius: 6px;
  }
  .bar {
    block-size: 100%;
    border-radius: inherit;
    background-color: var(--_accent);
    transform: translateX(calc((var(--progress) - 1) * 100%));
    transition: transform 0.3s linear;
  }
  .stepwise .bar {
    transition: none;
  }
  .bar:dir(rtl) {
    transform: translateX(calc((1 - var(--progress)) * 100%));
  }
  .paused .bar {
    background-color: color-mix(in oklab, currentColor 45%, transparent);
  }
  .indeterminate .bar {
    inline-size: 40%;
    /* With the delay, most small files are uploaded before the animation starts, and the bar grows from 0. */
    animation: indeterminate 1.4s ease-in-out 0.4s infinite alternate;
  }
  .indeterminate.paused .bar {
    animation: none;
    transform: none;
  }
  @keyframes indeterminate {
    from {
      transform: translateX(0);
    }
    to {
      transform: translateX(150%);
    }
  }
  .bar:dir(rtl) {
    animation-direction: alternate-reverse;
  }
  @media (prefers-reduced-motion: reduce) {
    .indeterminate .bar {
      transform: none;
    }
  }
  @media (forced-colors: active) {
    .progress {
      border: 1px solid CanvasText;
      block-size: 5px;
    }
    .total {
      block-size: 8px;
    }
    .bar {
      forced-color-adjust: none;
      background-color: Highlight;
    }
    .paused .bar {
      background-color: GrayText;
    }
  }
`;
