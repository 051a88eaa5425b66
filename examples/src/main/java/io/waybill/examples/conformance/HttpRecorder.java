package io.waybill.examples.conformance;

import com.google.gson.JsonArray;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Answers each request with the header lines that it received: a JSON array of name and value, in
 * order, none merged. It knows nothing of Waybill.
 */
final class HttpRecorder extends Handler.Abstract {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    JsonArray headers = new JsonArray();
    for (HttpField line : request.getHeaders()) {
      headers.add(Json.pair(line.getName(), line.getValue()));
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Json.CONTENT_TYPE);
    response.write(true, BufferUtil.toBuffer(Json.bytes(headers)), callback);
    return true;
  }
}
