export { httpClient, type HttpClientOptions, type HttpTls } from './client.ts';
