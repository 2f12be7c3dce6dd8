/**
 * Sends answers. Every one carries the ids that AWS gives each request.
 */
import type { ServerResponse } from 'node:http';
import type { S3Error } from './errors.js';
import { type XmlChildren, s3Namespace, xmlDocument } from './xml.js';

/** Stands for the machine that answered; AWS gives a long random text. */
const hostId = 'demo-store';

export function setIds(response: ServerResponse, requestId: string): void {
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('x-amz-id-2', hostId);
}

/** An answer with a short body or none. */
export function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): void {
  const bodiless = status === 204 || status === 304 || response.req.method === 'HEAD';
  response.writeHead(status, bodiless ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(bodiless ? undefined : body);
}

/** A result document in S3's namespace. */
export function answerXml(
  response: ServerResponse,
  root: string,
  children: XmlChildren,
  headers: Record<string, string> = {},
  status = 200,
): void {
  answer(response, status, { ...headers, 'content-type': 'application/xml' }, xmlDocument(root, children, s3Namespace));
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

export function answerError(response: ServerResponse, error: S3Error, resource: string, requestId: string): void {
  answer(response, error.status, { 'content-type': 'application/xml' }, errorDocument(error, resource, requestId));
}

/** `2013-05-24T00:00:00.000Z`, as S3 writes times in results. */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** The address of an object, as S3 gives it in `Location`. */
export function objectUrl(host: string, bucket: string, key: string, virtualHosted: boolean): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  return `http://${host}/${virtualHosted ? '' : `${bucket}/`}${path}`;
}
