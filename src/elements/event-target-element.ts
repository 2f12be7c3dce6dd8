import { LitElement } from 'lit';
import type { UploaderEventMap as Events } from './events.js';

type Listener<Element, Event> = ((this: Element, event: Event) => unknown) | { handleEvent(event: Event): unknown } | null;
type AnyListener = EventListenerOrEventListenerObject | null;
type ListenOptions = boolean | AddEventListenerOptions;

/** An element whose `addEventListener` knows the types of its events. */
export abstract class EventTargetElement extends LitElement {
  override addEventListener<Name extends keyof Events>(type: Name, listener: Listener<this, Events[Name]>, options?: ListenOptions): void;
  override addEventListener<Name extends keyof HTMLElementEventMap>(
    type: Name,
    listener: Listener<this, HTMLElementEventMap[Name]>,
    options?: ListenOptions,
  ): void;
  override addEventListener(type: string, listener: AnyListener, options?: ListenOptions): void;
  /** @internal */
  override addEventListener(type: string, listener: unknown, options?: ListenOptions): void {
    super.addEventListener(type, listener as EventListener, options);
  }

  override removeEventListener<Name extends keyof Events>(
    type: Name,
    listener: Listener<this, Events[Name]>,
    options?: ListenOptions,
  ): void;
  override removeEventListener(type: string, listener: AnyListener, options?: ListenOptions): void;
  /** @internal */
  override removeEventListener(type: string, listener: unknown, options?: ListenOptions): void {
    super.removeEventListener(type, listener as EventListener, options);
  }
}
