// A program: one HTTP and one gRPC server, which answer with what they received and with what
// OpenTelemetry JS saw of it. It says where it listens by the same two lines as the service.
import { Echo } from './service.js';
import { grpc, http, seen } from './telemetry.js';

const web = http.createServer((request, response) => {
  response.end(JSON.stringify({ ...seen(), headers: pairs(request.rawHeaders) }));
});

function pairs(rawHeaders) {
  return rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name.toLowerCase(), rawHeaders[i + 1]]]));
}

function recorded(call) {
  const headers = Object.keys(call.metadata.getMap()).flatMap((name) =>
    call.metadata.get(name).map((value) => [name, String(value)]),
  );
  return { text: JSON.stringify({ ...seen(), headers }) };
}

const server = new grpc.Server();
server.addService(Echo.service, {
  Unary: (call, answer) => answer(null, recorded(call)),
  ServerStream: (call) => {
    call.write(recorded(call));
    call.end();
  },
  ClientStream: (call, answer) => {
    const record = recorded(call);
    call.resume().on('end', () => answer(null, record));
  },
  Bidi: (call) => {
    const record = recorded(call);
    call.on('data', () => call.write(record)).on('end', () => call.end());
  },
});

web.listen(0, '127.0.0.1', () => {
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (failed, port) => {
    if (failed) {
      throw failed;
    }
    console.log(`http 127.0.0.1:${web.address().port}`);
    console.log(`grpc 127.0.0.1:${port}`);
  });
});
