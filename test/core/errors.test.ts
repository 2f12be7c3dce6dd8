import { asUploadError, UploadError } from '../../src/core/errors.js';
import { expect } from '../tools/expect.js';

describe('asUploadError', () => {
  it('returns an UploadError as it is, and converts anything else to one with a sentence', () => {
    const ours = new UploadError('x');
    expect(asUploadError(ours)).to.equal(ours);
    expect(asUploadError(new Error('boom')).reason).to.equal('boom');
    expect(asUploadError('words').reason).to.equal('words');
    expect(asUploadError(undefined).reason).to.not.equal('');
    expect(asUploadError({}).retry).to.equal('manual');
  });
});
