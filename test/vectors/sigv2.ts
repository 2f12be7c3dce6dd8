/** StringToSign and signature of requests in AWS's documentation: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html (and its edition of 2012). */
export const sigV2SecretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

export const sigV2Vectors = [
  {
    title: 'Object GET',
    stringToSign: 'GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/johnsmith/photos/puppy.jpg',
    signature: 'bWq2s1WEIj+Ydj0vQ697zp+IXMU=',
  },
  {
    title: 'Object PUT',
    stringToSign: 'PUT\n\nimage/jpeg\nTue, 27 Mar 2007 21:15:45 +0000\n/johnsmith/photos/puppy.jpg',
    signature: 'MyyxeRY7whkBe+bq8fHCL/2kKUg=',
  },
  {
    title: 'Object GET',
    stringToSign: 'GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/awsexamplebucket1/photos/puppy.jpg',
    signature: 'qgk2+6Sv9/oM7G3qLEjTH1a1l1g=',
  },
  {
    title: 'Object PUT',
    stringToSign: 'PUT\n\nimage/jpeg\nTue, 27 Mar 2007 21:15:45 +0000\n/awsexamplebucket1/photos/puppy.jpg',
    signature: 'iqRzw+ileNPu1fhspnRs8nOjjIA=',
  },
] as const;

/** The documentation's example "Upload", with the date in `x-amz-date`, and its StringToSign. */
export const sigV2Upload = {
  method: 'PUT',
  resource: '/static.johnsmith.net/db-backup.dat.gz',
  headers: {
    'X-Amz-Meta-FileChecksum': '0x02661779',
    'Content-Type': 'application/x-download',
    'Content-MD5': '4gJE4saaMU4BqNR0kLY+lw==',
    'X-Amz-Date': 'Tue, 27 Mar 2007 21:06:08 +0000',
    'Content-Disposition': 'attachment; filename=database.dat',
    'x-amz-acl': 'public-read',
  },
  stringToSign:
    'PUT\n4gJE4saaMU4BqNR0kLY+lw==\napplication/x-download\n\nx-amz-acl:public-read\nx-amz-date:Tue, 27 Mar 2007 21:06:08 +0000\n' +
    'x-amz-meta-filechecksum:0x02661779\n/static.johnsmith.net/db-backup.dat.gz',
} as const;
