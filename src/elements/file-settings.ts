import { UploadError } from '../core/errors.js';
import { object, orFunction, text, url } from './setting-types.js';
import { showValue } from './settings.js';
import type { SettingType } from './settings.js';
import type { UploaderProperties } from './uploader-properties.js';

type Values = Readonly<Record<string, unknown>>;

/** Settings of one file, from `setParams(params, id)` and the like. Each replaces the setting of all files; objects are not merged. */
export interface FileSettings {
  endpoint?: string;
  params?: Values;
  customHeaders?: Values;
  deleteEndpoint?: string;
  deleteParams?: Values;
  deleteHeaders?: Values;
}

const fileSettingTypes = {
  endpoint: url,
  params: object,
  customHeaders: orFunction(object),
  deleteEndpoint: url,
  deleteParams: object,
  deleteHeaders: orFunction(object),
  acl: text,
  successEndpoint: url,
  successParams: object,
} satisfies Readonly<Record<string, SettingType<unknown>>>;

/** The settings of single files. For a file without its own setting, the element's setting applies. */
export class FileSettingsMap<Own extends FileSettings> {
  readonly #settings = new Map<number, Own>();

  constructor(private readonly element: UploaderProperties) {}

  /** The own settings of a file. */
  get(id: number): Readonly<Own> {
    return this.#settings.get(id) ?? ({} as Own);
  }

  /** The own settings of a file, to change. */
  of(id: number): Own {
    let settings = this.#settings.get(id);
    if (!settings) this.#settings.set(id, (settings = {} as Own));
    return settings;
  }

  /** Sets a setting of one file. What cannot be read is a warning, and the setting stays. */
  set(id: number, name: keyof Own & keyof typeof fileSettingTypes, value: unknown): void {
    const type: SettingType<unknown> = fileSettingTypes[name];
    const setting = value === undefined || value === null ? undefined : type.read(value);
    if (setting === undefined && value !== undefined && value !== null) {
      const { localName } = this.element;
      this.element.warnOnce(`<${localName}>: ${name}=${showValue(value)} of file ${showValue(id)} is not ${type.expected}; it is ignored.`);
    } else this.of(id)[name] = setting as Own[typeof name];
  }

  clear(): void {
    this.#settings.clear();
  }

  /**
   * The URL that a file is uploaded to.
   * @throws {@link UploadError} if the page has not set one.
   */
  endpointFor(id: number): string {
    const endpoint = (this.get(id).endpoint ?? this.element.settings.endpoint).trim();
    if (endpoint) return endpoint;
    const sentence = `<${this.element.localName}> has no URL to upload files to: set its endpoint attribute.`;
    console.warn(sentence);
    throw new UploadError(sentence, { retry: 'manual', code: 'NoEndpoint' });
  }

  /** The parameters of a file, and with `form-params` the fields of the form after them. A field replaces a parameter of the same name, as in Fine Uploader. */
  paramsFor(id: number): Values {
    const { settings, form, formParams, name } = this.element;
    const params: Values = this.get(id).params ?? settings.params;
    if (!formParams || !form) return params;
    const fields = [...new FormData(form)].filter(([field, value]) => typeof value === 'string' && field !== name);
    return { ...params, ...Object.fromEntries(fields) };
  }

  /** The delete request of a file. `deleteEndpoint` is '' if the file cannot be deleted by a request. */
  deleteRequestFor(id: number) {
    const { settings, extraOptions } = this.element;
    const { deleteEndpoint = settings.deleteEndpoint, ...own } = this.get(id);
    return {
      deleteEndpoint,
      deleteMethod: settings.deleteMethod,
      deleteParams: (own.deleteParams ?? extraOptions['deleteFile.params'] ?? {}) as Values,
      deleteHeaders: (own.deleteHeaders ?? extraOptions['deleteFile.customHeaders'] ?? {}) as Readonly<Record<string, string>>,
    };
  }
}
