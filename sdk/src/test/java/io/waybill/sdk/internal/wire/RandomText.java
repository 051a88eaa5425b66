package io.waybill.sdk.internal.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Headers, names, values and properties by chance; one seed gives one text. */
final class RandomText {
  private static final String TOKEN =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String STRUCTURE = ",;=% \t,;=%";
  private static final String HOSTILE =
      "\0\r\n\u000B\u001F\u007F\u0080\u00A0\u00E9\u2028\u3000\uFEFF\uFFFD\uFFFF\uD800\uDBFF\uDC00\"\\(/";
  private static final String[] PIECES = {
    "a=1",
    "user.id=u-17",
    "k=%C3%A9",
    "k=%FF",
    "p=1",
    ";p",
    ";p=%2C",
    " ; p = 1 ",
    ",",
    ", ",
    "=",
    "%4",
    "%zz",
    "a,admin=true"
  };

  private final RandomGenerator random;

  RandomText(long seed) {
    this.random = new Random(seed);
  }

  int upTo(int most) {
    return random.nextInt(most + 1);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** Returns one to three lines of about {@code most} chars together, at most; any kind of text. */
  List<String> lines(int most) {
    List<String> lines = new ArrayList<>();
    int left = oneIn(32) ? upTo(most) : upTo(Math.min(most, 400));
    for (int i = upTo(2); i >= 0; i--) {
      String line = line(i == 0 ? left : upTo(left));
      left = Math.max(0, left - line.length());
      lines.add(line);
    }
    return lines;
  }

  private String line(int length) {
    StringBuilder line = new StringBuilder();
    if (oneIn(2)) {
      return broken(members(length, line));
    }
    int hostility = 1 << upTo(10);
    while (line.length() < length) {
      if (oneIn(hostility)) {
        line.append(oneIn(2) ? charOf(HOSTILE) : (char) upTo(0xFFFF));
      } else if (oneIn(3)) {
        line.append(PIECES[upTo(PIECES.length - 1)]);
      } else {
        line.append(charOf(oneIn(4) ? STRUCTURE : TOKEN));
      }
    }
    line.setLength(length);
    return line.toString();
  }

  private StringBuilder members(int length, StringBuilder line) {
    while (line.length() < length) {
      line.append(line.length() == 0 ? "" : space() + "," + space());
      line.append(name()).append(space()).append('=').append(space());
      line.append(encode(value(12)));
      line.append(oneIn(3) ? space() + ";" + space() + name() : "");
    }
    return line;
  }

  /** Returns a line in which no char, or one or two, are others. */
  private String broken(StringBuilder line) {
    for (int i = Math.min(line.length(), oneIn(2) ? 0 : upTo(2)); i > 0; i--) {
      char other = oneIn(3) ? charOf(HOSTILE) : charOf(STRUCTURE);
      line.setCharAt(upTo(line.length() - 1), other);
    }
    return line.toString();
  }

  private static String encode(String value) {
    byte[] text = new byte[PercentCodec.encodedLength(value)];
    PercentCodec.encode(value, text, 0);
    return new String(text, StandardCharsets.US_ASCII);
  }

  String name() {
    return token(1 + upTo(12));
  }

  private String token(int length) {
    StringBuilder token = new StringBuilder();
    for (int i = 0; i < length; i++) {
      token.append(charOf(TOKEN));
    }
    return token.toString();
  }

  /** Returns a string of any code points, lone surrogates left out. */
  String value(int most) {
    StringBuilder value = new StringBuilder();
    for (int i = upTo(most); i > 0; i--) {
      int c = oneIn(4) ? upTo(Character.MAX_CODE_POINT) : upTo(127);
      value.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 'x' : c);
    }
    return value.toString();
  }

  /** Returns properties as the grammar has them, with optional white space between their parts. */
  String properties() {
    StringBuilder properties = new StringBuilder();
    for (int i = upTo(3); i > 0; i--) {
      properties.append(properties.length() == 0 ? "" : space() + ";" + space()).append(name());
      if (oneIn(2)) {
        properties.append(space()).append('=').append(space());
        properties.append(encode(value(5) + "x"));
      }
    }
    return properties.toString();
  }

  private String space() {
    return oneIn(4) ? " \t".substring(upTo(1)) : "";
  }

  private char charOf(String chars) {
    return chars.charAt(random.nextInt(chars.length()));
  }
}
