/**
 * Finds the operation of a request, authorizes the request and runs it.
 */
import { authenticate } from './authentication.js';
import { headBucket, listObjects } from './bucket.js';
import type { AuthorizedRequest, StoreContext } from './context.js';
import { authorize } from './credentials.js';
import { S3Error } from './errors.js';
import { postObject } from './post-object.js';
import * as multipart from './multipart.js';
import { deleteObject, getObject, getObjectAcl, putObject } from './object.js';
import type { S3Request } from './request.js';

interface Operation {
  /** IAM action that the operation requires. */
  action: string;
  run(call: AuthorizedRequest): Promise<void>;
}

/** Subresources that this store does not support. Ignoring them would run another operation than requested. */
const unsupportedSubresources = [
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'versionId',
  'versioning',
  'versions',
  'website',
];

/** Runs the operation of a request and sends the response. @throws S3Error */
export async function runOperation(context: StoreContext, request: S3Request, bucket: string, bucketExists: boolean): Promise<void> {
  if (request.method === 'POST' && request.key === undefined && isMultipartForm(request)) {
    if (request.headers.has('authorization'))
      throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed: a form carries its own signature');
    if (!bucketExists) throw new S3Error('NoSuchBucket', undefined, { BucketName: bucket });
    await postObject(context, request, bucket);
    return;
  }
  const operation = findOperation(request);
  const identity = authenticate(request, context);
  if (!bucketExists) throw new S3Error('NoSuchBucket', undefined, { BucketName: bucket });
  if (!identity) throw new S3Error('AccessDenied');
  authorize(identity, operation.action, bucket, request.key ?? request.query.get('prefix') ?? '');
  await operation.run({ context, request, identity, bucket, key: request.key ?? '' });
}

function isMultipartForm(request: S3Request): boolean {
  return /^multipart\/form-data\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '');
}

function findOperation(request: S3Request): Operation {
  const { method, query, key } = request;
  if (method === 'GET' && key !== undefined && query.has('acl')) return { action: 's3:GetObjectAcl', run: getObjectAcl };
  const unknown = unsupportedSubresources.find((name) => query.has(name));
  if (unknown !== undefined) throw new S3Error('NotImplemented', undefined, { Query: unknown });
  return key === undefined ? bucketOperation(request) : query.has('uploadId') ? partsOperation(request) : objectOperation(request);
}

function bucketOperation({ method, query, headers }: S3Request): Operation {
  if (method === 'HEAD') return { action: 's3:ListBucket', run: headBucket };
  if (method === 'GET' && query.has('uploads')) return { action: 's3:ListBucketMultipartUploads', run: multipart.listMultipartUploads };
  if (method === 'GET' && query.get('list-type') === '2') return { action: 's3:ListBucket', run: listObjects };
  if (method === 'GET' || method === 'PUT' || method === 'DELETE') throw new S3Error('NotImplemented');
  if (method === 'POST') {
    throw new S3Error('PreconditionFailed', undefined, {
      Condition: `Bucket POST must be of the enclosure-type multipart/form-data, not ${headers.get('content-type') ?? 'nothing'}`,
    });
  }
  throw new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'BUCKET' });
}

function partsOperation({ method, query }: S3Request): Operation {
  if (method === 'PUT' && query.has('partNumber')) return { action: 's3:PutObject', run: multipart.uploadPart };
  if (method === 'PUT') throw new S3Error('InvalidArgument', 'This operation does not accept a query-string without partNumber.');
  if (method === 'POST') return { action: 's3:PutObject', run: multipart.completeMultipartUpload };
  if (method === 'DELETE') return { action: 's3:AbortMultipartUpload', run: multipart.abortMultipartUpload };
  if (method === 'GET') return { action: 's3:ListMultipartUploadParts', run: multipart.listParts };
  throw new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'UPLOAD' });
}

function objectOperation({ method, query, headers }: S3Request): Operation {
  if (query.has('uploads')) {
    if (method === 'POST') return { action: 's3:PutObject', run: multipart.createMultipartUpload };
    throw new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'OBJECT' });
  }
  if (query.has('partNumber')) throw new S3Error('NotImplemented', undefined, { Query: 'partNumber' });
  switch (method) {
    case 'PUT':
      if (headers.has('x-amz-copy-source')) throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-copy-source' });
      return { action: 's3:PutObject', run: putObject };
    case 'GET':
    case 'HEAD':
      return { action: 's3:GetObject', run: getObject };
    case 'DELETE':
      return { action: 's3:DeleteObject', run: deleteObject };
    default:
      throw new S3Error('MethodNotAllowed', undefined, { Method: method, ResourceType: 'OBJECT' });
  }
}
