/**
 * Sends responses. Each carries the request ids that AWS adds.
 */
import type { ServerResponse } from 'node:http';
import type { S3Error } from './errors.js';
import { type XmlChildren, s3Namespace, xmlDocument } from './xml.js';

/** Value of `x-amz-id-2`, which identifies the host. AWS sends a long random text. */
const hostId = 'demo-store';

export function setRequestIds(response: ServerResponse, requestId: string): void {
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', hostId);
}

/** Sends a response with a short body or none. */
export function respond(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): void {
  const bodiless = status === 204 || status === 304 || response.req.method === 'HEAD';
  response.writeHead(status, bodiless ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(bodiless ? undefined : body);
}

/** Sends a result document in S3's XML namespace. */
export function respondXml(
  response: ServerResponse,
  root: string,
  children: XmlChildren,
  headers: Record<string, string> = {},
  status = 200,
): void {
  respond(response, status, { ...headers, 'content-type': 'application/xml' }, xmlDocument(root, children, s3Namespace));
}

export function errorDocument(error: S3Error, resource: string, requestId: string): string {
  return xmlDocument('Error', {
    Code: error.code,
    Message: error.message,
    ...error.details,
    Resource: resource,
    RequestId: requestId,
    HostId: hostId,
  });
}

export function respondError(response: ServerResponse, error: S3Error, resource: string, requestId: string): void {
  respond(response, error.status, { 'content-type': 'application/xml' }, errorDocument(error, resource, requestId));
}

/** Formats a time as in S3's result documents: `2013-05-24T00:00:00.000Z`. */
export function formatIsoTime(time: number): string {
  return new Date(time).toISOString();
}

/** Returns the URL of an object as in S3's `Location`. */
export function objectUrl(host: string, bucket: string, key: string, virtualHosted: boolean): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  return `http://${host}/${virtualHosted ? '' : `${bucket}/`}${path}`;
}
