/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging -- LitElement implements what the interface describes */
import { LitElement } from 'lit';
import type { UploaderEventMap as Events } from './events.js';

type Listener<Element, Event> = ((this: Element, event: Event) => unknown) | { handleEvent(event: Event): unknown } | null;
type AnyListener = EventListenerOrEventListenerObject | null;
type ListenOptions = boolean | AddEventListenerOptions;

/** The types of its events, and nothing at run time. */
export interface EventTargetElement {
  addEventListener<Name extends keyof Events>(type: Name, listener: Listener<this, Events[Name]>, options?: ListenOptions): void;
  addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: Listener<this, HTMLElementEventMap[Name]>,
    options?: ListenOptions,
  ): void;
  addEventListener(type: string, listener: AnyListener, options?: ListenOptions): void;

  removeEventListener<Name extends keyof Events>(type: Name, listener: Listener<this, Events[Name]>, options?: ListenOptions): void;
  removeEventListener(type: string, listener: AnyListener, options?: ListenOptions): void;
}

/** An element whose `addEventListener` knows the types of its events. */
export abstract class EventTargetElement extends LitElement {}
