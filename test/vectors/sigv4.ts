/**
 * Signed requests in AWS's documentation.
 * S3: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html. Others: the AWS Signature Version 4 test suite.
 */

/** A request and its signature. */
export interface SigV4Vector {
  readonly title: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly service: string;
  readonly date: string;
  readonly method: string;
  /** CanonicalURI: the encoded path. */
  readonly uri: string;
  readonly query: Readonly<Record<string, string>>;
  /** The signed headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  /** SHA-256 of the CanonicalRequest, if AWS publishes it. */
  readonly hashedCanonicalRequest?: string;
  readonly signature: string;
  readonly signedHeaders: string;
}

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const s3 = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 's3',
  date: '20130524T000000Z',
  uri: '/',
  query: {},
  payload: '',
};
const s3Headers = { Host: 'examplebucket.s3.amazonaws.com', 'x-amz-content-sha256': emptyHash, 'x-amz-date': s3.date };
const defaultSignedHeaders = 'host;x-amz-content-sha256;x-amz-date';

const suite = {
  accessKey: 'AKIDEXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'service',
  date: '20150830T123600Z',
  method: 'GET',
  uri: '/',
  headers: { Host: 'example.amazonaws.com', 'X-Amz-Date': '20150830T123600Z' },
  payload: '',
  signedHeaders: 'host;x-amz-date',
};

export const sigV4Vectors: readonly SigV4Vector[] = [
  {
    ...s3,
    title: 'GET Object',
    method: 'GET',
    uri: '/test.txt',
    headers: { ...s3Headers, Range: 'bytes=0-9' },
    hashedCanonicalRequest: '7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    signedHeaders: 'host;range;x-amz-content-sha256;x-amz-date',
  },
  {
    ...s3,
    title: 'PUT Object',
    method: 'PUT',
    uri: '/test%24file.text',
    headers: {
      ...s3Headers,
      Date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    },
    payload: 'Welcome to Amazon S3.',
    hashedCanonicalRequest: '9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    signedHeaders: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
  },
  {
    ...s3,
    title: 'GET Bucket Lifecycle',
    method: 'GET',
    query: { lifecycle: '' },
    headers: s3Headers,
    hashedCanonicalRequest: '9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    signedHeaders: defaultSignedHeaders,
  },
  {
    ...s3,
    title: 'GET Bucket (List Objects)',
    method: 'GET',
    query: { prefix: 'J', 'max-keys': '2' },
    headers: s3Headers,
    hashedCanonicalRequest: 'df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    signedHeaders: defaultSignedHeaders,
  },
  {
    ...suite,
    title: 'get-vanilla',
    query: {},
    hashedCanonicalRequest: 'bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    ...suite,
    title: 'get-vanilla-query-order-key-case',
    query: { Param2: 'value2', Param1: 'value1' },
    hashedCanonicalRequest: '816cd5b414d056048ba4f7c5386d6e0533120fb1fcfa93762cf0fc39e2cf19e0',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and its predecessors. */
export const signingKeyVectors = [
  {
    secretKey: suite.secretKey,
    scope: '20150830/us-east-1/iam/aws4_request',
    key: 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
  },
  {
    secretKey: suite.secretKey,
    scope: '20120215/us-east-1/iam/aws4_request',
    key: 'f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d',
  },
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html */
export const policyVector = {
  secretKey: s3.secretKey,
  scope: '20151229/us-east-1/s3/aws4_request',
  policy: [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n'),
  signature: '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
} as const;
