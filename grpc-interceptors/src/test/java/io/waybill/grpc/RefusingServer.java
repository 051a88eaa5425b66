package io.waybill.grpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/2 server that refuses the first stream before it looks at it, and answers the others with
 * OK. No gRPC server can be told to do that.
 */
final class RefusingServer implements AutoCloseable {
  final List<Http2Headers> received = Collections.synchronizedList(new ArrayList<>());
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel listening;

  RefusingServer() throws InterruptedException {
    listening =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection
                        .pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer().build(), new Answers());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  @Override
  public void close() throws InterruptedException {
    listening.close().sync();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).await(30, TimeUnit.SECONDS);
  }

  private final class Answers extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext connection, Object frame) {
      if (frame instanceof Http2HeadersFrame call) {
        received.add(call.headers());
        connection.writeAndFlush(
            received.size() == 1
                ? new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM).stream(call.stream())
                : new DefaultHttp2HeadersFrame(ok(), true).stream(call.stream()));
      }
      ReferenceCountUtil.release(frame);
    }

    private Http2Headers ok() {
      return new DefaultHttp2Headers()
          .status("200")
          .set("content-type", "application/grpc")
          .set("grpc-status", "0");
    }
  }
}
