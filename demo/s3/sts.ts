/**
 * AssumeRoleWithWebIdentity: issues temporary credentials for an id_token of an OpenID provider.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import { respond } from './responses.js';
import type { CredentialStore } from './credentials.js';
import { S3Error } from './errors.js';
import type { S3Request } from './request.js';
import type { WebIdentityVerifier } from './web-identity.js';
import { xmlDocument } from './xml.js';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

export interface StsOptions {
  verifier: WebIdentityVerifier;
  credentials: CredentialStore;
  now: () => number;
}

/** Handles `POST /`. Error documents have the format of STS. */
export async function handleStsRequest(service: StsOptions, request: S3Request): Promise<void> {
  const { response } = request;
  const headers = { 'content-type': 'text/xml', 'cache-control': 'no-store' };
  try {
    const fields = new URLSearchParams((await request.readSmallBody()).toString('utf8'));
    respond(response, 200, headers, await assumeRole(service, fields, request.id));
  } catch (error) {
    if (!(error instanceof S3Error) || error.code === 'IncompleteBody') throw error;
    const body = { Error: { Type: 'Sender', Code: error.code, Message: error.message }, RequestId: request.id };
    await request.discardBody();
    respond(response, error.status, headers, xmlDocument('ErrorResponse', body, namespace));
  }
}

async function assumeRole(service: StsOptions, fields: URLSearchParams, requestId: string): Promise<string> {
  const action = fields.get('Action');
  if (action !== 'AssumeRoleWithWebIdentity' || fields.get('Version') !== '2011-06-15') {
    throw new S3Error('InvalidAction', `Could not find operation ${action ?? ''} for version ${fields.get('Version') ?? ''}`);
  }
  const arn = requireField(fields, 'RoleArn', /^[\x21-\x7e]{20,2048}$/);
  const sessionName = requireField(fields, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/);
  const token = requireField(fields, 'WebIdentityToken', /^.{4,20000}$/s);
  const durationText = fields.get('DurationSeconds');
  if (durationText !== null && !/^\d{1,7}$/.test(durationText)) throw invalid('DurationSeconds', 'must be a whole number');
  if (fields.has('Policy') || fields.has('PolicyArns.member.1.arn'))
    throw invalid('Policy', 'is not implemented: only the role defines permissions');
  const { provider, subject } = await service.verifier.verify(token);
  const role = provider.roles.find((candidate) => candidate.arn === arn);
  if (!role) throw new S3Error('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const { minDuration = 900, maxDuration = 3600 } = role;
  const duration = durationText === null ? maxDuration : Number(durationText);
  if (duration < minDuration || duration > maxDuration) {
    throw invalid('DurationSeconds', `must be from ${minDuration} to ${maxDuration} for this role`);
  }
  const credentials = service.credentials.issue({
    role: arn,
    subject,
    bucket: role.bucket,
    prefix: role.prefix,
    actions: role.actions,
    expiration: service.now() + duration * 1000,
  });
  const result = {
    AssumeRoleWithWebIdentityResult: {
      SubjectFromWebIdentityToken: subject,
      Audience: provider.audience,
      AssumedRoleUser: {
        Arn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${sessionName}`,
        AssumedRoleId: `${credentials.accessKeyId}:${sessionName}`,
      },
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: new Date(credentials.expiration).toISOString(),
      },
      Provider: provider.issuer,
    },
    ResponseMetadata: { RequestId: requestId },
  };
  return xmlDocument('AssumeRoleWithWebIdentityResponse', result, namespace);
}

function requireField(fields: URLSearchParams, name: string, pattern: RegExp): string {
  const value = fields.get(name);
  if (value === null) throw invalid(name, 'must not be null');
  if (!pattern.test(value)) throw invalid(name, `must satisfy the pattern ${pattern.source}`);
  return value;
}

function invalid(name: string, problem: string): S3Error {
  return new S3Error('ValidationError', `1 validation error detected: Value at '${name}' failed to satisfy constraint: it ${problem}`);
}
