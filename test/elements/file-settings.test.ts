/** The settings of single files. */
import { expect } from '@open-wc/testing';
import { FileSettingsMap } from '../../src/elements/file-settings.js';
import type { FileSettings } from '../../src/elements/file-settings.js';
import { cleanUp, putTraditional } from './page.js';

describe('FileSettingsMap', () => {
  afterEach(cleanUp);

  const put = () => {
    const element = putTraditional({ endpoint: ' /all ', params: '{"a":1}', 'delete-endpoint': '/delete' });
    return { element, settings: new FileSettingsMap<FileSettings>(element) };
  };

  it('returns the setting of a file, otherwise that of the element', () => {
    const { settings } = put();
    Object.assign(settings.of(1), { endpoint: '/own', params: { b: 2 }, deleteEndpoint: '/own-delete' });
    expect([settings.endpointFor(0), settings.endpointFor(1)]).to.deep.equal(['/all', '/own']);
    expect([settings.paramsFor(0), settings.paramsFor(1)]).to.deep.equal([{ a: 1 }, { b: 2 }]);
    expect(settings.deleteRequestFor(0)).to.deep.include({ deleteEndpoint: '/delete', deleteMethod: 'DELETE', deleteParams: {} });
    expect(settings.deleteRequestFor(1)).to.deep.include({ deleteEndpoint: '/own-delete' });
  });

  it('adds the fields of the form after the parameters of all files or of one, and a field replaces a parameter of its name', () => {
    const form = document.createElement('form');
    form.innerHTML = '<input name="title" value="Holiday"><input name="a" value="field">';
    const element = putTraditional({ params: '{"z":1,"a":1}', 'form-params': true }, form);
    document.body.append(form);
    const settings = new FileSettingsMap<FileSettings>(element);
    settings.of(1).params = { b: 2, a: 3 };
    expect(Object.entries(settings.paramsFor(0))).to.deep.equal([
      ['z', 1],
      ['a', 'field'],
      ['title', 'Holiday'],
    ]);
    expect(settings.paramsFor(1)).to.deep.equal({ b: 2, a: 'field', title: 'Holiday' });
    form.remove();
  });

  it('takes the parameters and headers of delete requests from the options', () => {
    const { element, settings } = put();
    element.options = { deleteFile: { params: { a: 1 }, customHeaders: { 'X-A': '1' } } };
    settings.of(1).deleteParams = { b: 2 };
    expect(settings.deleteRequestFor(0)).to.deep.include({ deleteParams: { a: 1 }, deleteHeaders: { 'X-A': '1' } });
    expect(settings.deleteRequestFor(1)).to.deep.include({ deleteParams: { b: 2 }, deleteHeaders: { 'X-A': '1' } });
  });

  it('forgets everything', () => {
    const { settings } = put();
    settings.of(0).endpoint = '/own';
    settings.clear();
    expect(settings.endpointFor(0)).to.equal('/all');
  });
});
