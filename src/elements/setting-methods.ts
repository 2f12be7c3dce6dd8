import { FileSettingsMap } from './file-settings.js';
import type { FileSettings } from './file-settings.js';
import { UploaderProperties } from './uploader-properties.js';

/** Fine Uploader's methods that set a property, or the setting of one file. */
export abstract class SettingMethods<OwnFileSettings extends FileSettings = FileSettings> extends UploaderProperties {
  /** @internal */
  protected readonly fileSettings = new FileSettingsMap<OwnFileSettings>(this);

  /** Sets the headers of uploads: of all files, or of one. */
  setCustomHeaders(headers: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.customHeaders = headers;
    else this.fileSettings.set(id, 'customHeaders', headers);
  }

  /** Sets the headers of delete requests: for all files, or for one. */
  setDeleteFileCustomHeaders(headers: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.extraOptions['deleteFile.customHeaders'] = headers;
    else this.fileSettings.set(id, 'deleteHeaders', headers);
  }

  /** Sets the URL that deletes uploaded files: for all files, or for one. */
  setDeleteFileEndpoint(endpoint: string, id?: number): void {
    if (id === undefined) this.deleteEndpoint = endpoint;
    else this.fileSettings.set(id, 'deleteEndpoint', endpoint);
  }

  /** Sets the parameters of delete requests: for all files, or for one. */
  setDeleteFileParams(params: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.extraOptions['deleteFile.params'] = params;
    else this.fileSettings.set(id, 'deleteParams', params);
  }

  /** Sets the URL that files are uploaded to: for all files, or for one. */
  setEndpoint(endpoint: string, id?: number): void {
    if (id === undefined) this.endpoint = endpoint;
    else this.fileSettings.set(id, 'endpoint', endpoint);
  }

  /** Sets `item-limit`: the maximum number of files, previously uploaded ones included. */
  setItemLimit(limit: number): void {
    this.itemLimit = limit;
  }

  /** Sets the parameters of uploads: of all files, or of one. */
  setParams(params: Readonly<Record<string, unknown>>, id?: number): void {
    if (id === undefined) this.params = params;
    else this.fileSettings.set(id, 'params', params);
  }

  /** Returns the URL that a file, or without an id every file, is uploaded to. */
  getEndpoint(id?: number): string {
    return (id === undefined ? undefined : this.fileSettings.get(id).endpoint) ?? this.endpoint ?? '';
  }
}
