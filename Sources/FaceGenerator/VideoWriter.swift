import CAvformat
import Foundation

/// Writes an MP4 clip of RGBA frames: H.264 by libx264, MPEG-4 where libav lacks it.
///
/// Frames go in by ``append(_:)`` in order; ``finish()`` must be called, or the file has no index.
package final class VideoWriter {
  private let path: String
  private let width: Int
  private let height: Int
  private var container: UnsafeMutablePointer<AVFormatContext>?
  private var encoder: UnsafeMutablePointer<AVCodecContext>?
  private var frame: UnsafeMutablePointer<AVFrame>?
  private var packet: UnsafeMutablePointer<AVPacket>?
  private var scaler: OpaquePointer?
  private var frameCount: Int64 = 0

  /// Opens the file; `quality` is x264's constant rate factor, lower is better. Even sizes only.
  package init(path: String, width: Int, height: Int, framesPerSecond: Int, quality: Int) throws(GeneratorError) {
    guard width > 0, height > 0, width % 2 == 0, height % 2 == 0, framesPerSecond > 0 else {
      throw .badRequest(
        "a clip of \(width)×\(height) at \(framesPerSecond)/s: even sizes and a positive rate are needed")
    }
    // x264 reports every stream's statistics otherwise.
    av_log_set_level(AV_LOG_WARNING)
    self.path = path
    self.width = width
    self.height = height
    try check("avformat_alloc_output_context2", avformat_alloc_output_context2(&container, nil, "mp4", path))
    guard let codec = avcodec_find_encoder_by_name("libx264") ?? avcodec_find_encoder(AV_CODEC_ID_MPEG4),
      let encoder = avcodec_alloc_context3(codec), let container, let stream = avformat_new_stream(container, codec)
    else { throw .codec(call: "avcodec_find_encoder", fault: "neither libx264 nor MPEG-4 is there") }
    self.encoder = encoder
    encoder.pointee.width = Int32(width)
    encoder.pointee.height = Int32(height)
    encoder.pointee.pix_fmt = AV_PIX_FMT_YUV420P
    encoder.pointee.time_base = AVRational(num: 1, den: Int32(framesPerSecond))
    encoder.pointee.framerate = AVRational(num: Int32(framesPerSecond), den: 1)
    encoder.pointee.gop_size = Int32(framesPerSecond * 2)
    encoder.pointee.thread_count = 1
    if container.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0 {
      encoder.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
    }
    if codec.pointee.id == AV_CODEC_ID_H264 {
      av_opt_set(encoder.pointee.priv_data, "crf", "\(quality)", 0)
      av_opt_set(encoder.pointee.priv_data, "preset", "slow", 0)
    } else {
      encoder.pointee.bit_rate = Int64(width * height * framesPerSecond / 10)
    }
    try check("avcodec_open2", avcodec_open2(encoder, codec, nil))
    try check("avcodec_parameters_from_context", avcodec_parameters_from_context(stream.pointee.codecpar, encoder))
    stream.pointee.time_base = encoder.pointee.time_base
    try check("avio_open", avio_open(&container.pointee.pb, path, AVIO_FLAG_WRITE))
    try check("avformat_write_header", avformat_write_header(container, nil))
    frame = av_frame_alloc()
    packet = av_packet_alloc()
    frame?.pointee.width = Int32(width)
    frame?.pointee.height = Int32(height)
    frame?.pointee.format = AV_PIX_FMT_YUV420P.rawValue
    try check("av_frame_get_buffer", av_frame_get_buffer(frame, 0))
    scaler = sws_getContext(
      Int32(width), Int32(height), AV_PIX_FMT_RGBA, Int32(width), Int32(height), AV_PIX_FMT_YUV420P, 2, nil, nil, nil)
  }

  deinit {
    if let container, container.pointee.pb != nil { avio_closep(&container.pointee.pb) }
    avformat_free_context(container)
    avcodec_free_context(&encoder)
    av_frame_free(&frame)
    av_packet_free(&packet)
    sws_freeContext(scaler)
  }

  /// Adds a frame of the clip's size.
  package func append(_ picture: Picture) throws(GeneratorError) {
    guard let frame, picture.width == width, picture.height == height else {
      throw .badRequest("a frame of \(picture.width)×\(picture.height) in a clip of \(width)×\(height)")
    }
    try check("av_frame_make_writable", av_frame_make_writable(frame))
    picture.bytes.withUnsafeBufferPointer { source in
      let planes = [frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, nil]
      let strides = [frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2, 0]
      _ = sws_scale(
        scaler, [source.baseAddress, nil, nil, nil], [Int32(width * 4), 0, 0, 0], 0, Int32(height), planes, strides)
    }
    frame.pointee.pts = frameCount
    frameCount += 1
    try encode(frame)
  }

  /// Writes what the encoder still holds, and the index.
  package func finish() throws(GeneratorError) {
    try encode(nil)
    try check("av_write_trailer", av_write_trailer(container))
    if let container { avio_closep(&container.pointee.pb) }
  }

  private func encode(_ frame: UnsafeMutablePointer<AVFrame>?) throws(GeneratorError) {
    try check("avcodec_send_frame", avcodec_send_frame(encoder, frame))
    guard let encoder, let container, let packet else { return }
    while avcodec_receive_packet(encoder, packet) >= 0 {
      // Muxers write the time to the next packet as its duration unless it is given, and lose the last frame's.
      packet.pointee.duration = 1
      av_packet_rescale_ts(packet, encoder.pointee.time_base, container.pointee.streams[0]!.pointee.time_base)
      packet.pointee.stream_index = 0
      try check("av_interleaved_write_frame", av_interleaved_write_frame(container, packet))
    }
  }

  private func check(_ call: String, _ result: Int32) throws(GeneratorError) {
    guard result < 0 else { return }
    var text = [CChar](repeating: 0, count: 128)
    av_strerror(result, &text, text.count)
    let fault = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw .codec(call: "\(call) (\(path))", fault: fault)
  }
}
