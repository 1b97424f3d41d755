import CAvformat
import FaceCore

extension Frame {
  /// What a recording holds of the frame: the picture as it came, or its luma where there is nothing else.
  package var recorded: SourcePicture {
    original
      ?? SourcePicture(
        coding: .pixels(format: AV_PIX_FMT_GRAY8.rawValue), width: width, height: height,
        planes: [pixels, nil, nil, nil],
        strides: [Int32(stride), 0, 0, 0])
  }
}

extension SourcePicture {
  /// A camera's buffer; nil where the driver filled too little of it for all planes. `stride` is that of the first plane.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, format: PixelFormat, width: Int, height: Int, stride: Int) {
    guard let start = bytes.baseAddress else { return nil }
    let (luma, chromaRows) = (stride * height, (height + 1) / 2)
    let halfStride = (stride + 1) / 2
    var planes: InlineArray<4, UnsafePointer<UInt8>?> = [start, nil, nil, nil]
    var strides: InlineArray<4, Int32> = [Int32(stride), 0, 0, 0]
    let number: AVPixelFormat
    // The last row of a plane may end with its last pixel.
    let need: Int
    switch format {
    case .mjpeg:
      self.init(jpeg: bytes, width: width, height: height)
      return
    case .grey, .yuyv:
      number = format == .grey ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_YUYV422
      need = stride * (height - 1) + width * (format == .grey ? 1 : 2)
    case .nv12:
      number = AV_PIX_FMT_NV12
      (planes[1], strides[1]) = (start + luma, Int32(stride))
      need = luma + stride * (chromaRows - 1) + (width + 1) / 2 * 2
    case .yu12:
      number = AV_PIX_FMT_YUV420P
      let second = luma + halfStride * chromaRows
      (planes[1], planes[2]) = (start + luma, start + second)
      (strides[1], strides[2]) = (Int32(halfStride), Int32(halfStride))
      need = second + halfStride * (chromaRows - 1) + (width + 1) / 2
    }
    guard bytes.count >= need else { return nil }
    self.init(
      coding: .pixels(format: number.rawValue), width: width, height: height, planes: planes, strides: strides)
  }

  /// A decoded picture; nil for pixels that don't lie in memory from the top to the bottom.
  init?(_ picture: UnsafeMutablePointer<AVFrame>) {
    let (data, lines) = (picture.pointee.data, picture.pointee.linesize)
    let strides: InlineArray<4, Int32> = [lines.0, lines.1, lines.2, lines.3]
    guard let description = av_pix_fmt_desc_get(AVPixelFormat(rawValue: picture.pointee.format)),
      description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_PAL) == 0,
      (0..<4).allSatisfy({ strides[$0] >= 0 })
    else { return nil }
    self.init(
      coding: .pixels(format: picture.pointee.format), width: Int(picture.pointee.width),
      height: Int(picture.pointee.height),
      planes: [UnsafePointer(data.0), UnsafePointer(data.1), UnsafePointer(data.2), UnsafePointer(data.3)],
      strides: strides)
  }
}
