/** Listeners on targets that depend on attributes. */
import { expect } from '@open-wc/testing';
import type { ReactiveControllerHost } from 'lit';
import { EventListenerController } from '../../../src/elements/controllers/event-listener-controller.js';

describe('EventListenerController', () => {
  it('listens on the current target while its host is connected', () => {
    const host = Object.assign(document.createElement('div'), { addController: () => {} });
    const [first, second] = [new EventTarget(), new EventTarget()];
    let target: EventTarget | null = first;
    let count = 0;
    const controller = new EventListenerController(
      host as unknown as ReactiveControllerHost & Node,
      'ping',
      () => target,
      () => count++,
    );
    const ping = () => {
      count = 0;
      for (const one of [first, second]) one.dispatchEvent(new Event('ping'));
      return count;
    };

    controller.hostUpdated();
    expect(ping(), 'before it is connected').to.equal(0);
    document.body.append(host);
    controller.hostConnected();
    expect(ping(), 'connected').to.equal(1);
    target = second;
    controller.hostUpdated();
    first.dispatchEvent(new Event('ping'));
    expect(ping(), 'another target').to.equal(1);
    target = null;
    controller.hostUpdated();
    expect(ping(), 'no target').to.equal(0);
    target = second;
    controller.hostUpdated();
    host.remove();
    controller.hostDisconnected();
    controller.hostUpdated();
    expect(ping(), 'removed').to.equal(0);
  });
});
