package io.waybill.examples.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON as the service reads and writes it. */
final class Json {
  static final String CONTENT_TYPE = "application/json;charset=utf-8";

  private static final Gson GSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .disableHtmlEscaping()
          .serializeNulls()
          .create();

  private Json() {}

  /**
   * Returns what {@code text} is.
   *
   * @throws JsonParseException if it is no JSON, or that of another type
   */
  static <T> T read(String text, Class<T> type) {
    T read = GSON.fromJson(text, type);
    if (read == null) {
      throw new JsonParseException("nothing (expected: JSON)");
    }
    return read;
  }

  /** Returns what {@code text} is, or a string of it if it is no JSON. */
  static JsonElement readOrQuote(String text) {
    try {
      return read(text, JsonElement.class);
    } catch (JsonParseException notJson) {
      return new JsonPrimitive(text);
    }
  }

  static String write(JsonElement json) {
    return GSON.toJson(json);
  }

  /** Returns a whole body. */
  static String text(InputStream body) throws IOException {
    return new String(body.readAllBytes(), StandardCharsets.UTF_8);
  }

  static byte[] bytes(JsonElement json) {
    return write(json).getBytes(StandardCharsets.UTF_8);
  }

  static JsonArray pair(String name, String value) {
    JsonArray pair = new JsonArray(2);
    pair.add(name);
    pair.add(value);
    return pair;
  }

  /** Returns what a request is answered with that failed. */
  static JsonObject error(@Nullable String error) {
    JsonObject json = new JsonObject();
    json.addProperty("error", error);
    return json;
  }
}
