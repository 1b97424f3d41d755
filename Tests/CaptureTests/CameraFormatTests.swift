import FaceCore
import Testing

@testable import Capture

/// Which of a camera's formats is asked for, and how luma is taken from it.
@Suite struct CameraFormatTests {
  static func format(_ name: String, emulated: Bool = false, _ sizes: CameraSize...) -> CameraFormat {
    CameraFormat(name: name, isEmulated: emulated, sizes: sizes)
  }

  static let vga = CameraSize(640, 480, rates: [30, 15])
  static let request = CameraRequest(width: 640, height: 480, framesPerSecond: 30)

  @Test func codesAreThoseOfTheKernel() {
    #expect(PixelFormat.yuyv.code == 0x5659_5559)
    #expect(PixelFormat.grey.code == 0x5945_5247)
    #expect(PixelFormat(code: 0x4750_4A4D) == .mjpeg)
    #expect(PixelFormat(code: 0x3432_4752) == nil)
    #expect(PixelFormat.name(ofCode: 0x3231_564E) == "NV12")
    // Big-endian formats have the top bit set.
    #expect(PixelFormat.name(ofCode: 0xB636_3159) == "Y16.")
  }

  @Test func ofEqualFormatsTheCheapestIsTaken() {
    var offered = ["MJPG", "YUYV", "YU12", "NV12", "GREY"].map { Self.format($0, Self.vga) }
    for expected: PixelFormat in [.grey, .nv12, .yu12, .yuyv, .mjpeg] {
      #expect(Self.request.choose(from: offered) == expected)
      offered.removeLast()
    }
    #expect(Self.request.choose(from: []) == nil)
  }

  @Test func theRateMattersMoreThanTheCost() {
    let offered = [
      Self.format("YUYV", Self.vga, CameraSize(1280, 720, rates: [10])),
      Self.format("MJPG", Self.vga, CameraSize(1280, 720, rates: [30])),
    ]
    #expect(CameraRequest(width: 1280, height: 720, framesPerSecond: 30).choose(from: offered) == .mjpeg)
    #expect(CameraRequest(width: 1280, height: 720, framesPerSecond: 10).choose(from: offered) == .yuyv)
    #expect(CameraRequest(width: 640, height: 480, framesPerSecond: 30).choose(from: offered) == .yuyv)
  }

  @Test func television29_97IsThirty() {
    let offered = [
      Self.format("YUYV", CameraSize(640, 480, rates: [30000.0 / 1001])), Self.format("MJPG", Self.vga),
    ]
    #expect(Self.request.choose(from: offered) == .yuyv)
  }

  @Test func theSizeMattersWhereNoFormatReachesTheRate() {
    let offered = [
      Self.format("GREY", CameraSize(320, 240, rates: [30])), Self.format("YUYV", CameraSize(640, 480, rates: [5])),
    ]
    #expect(Self.request.choose(from: offered) == .yuyv)
  }

  @Test func whereNoSizeFitsTheCheapestIsTaken() {
    let small = CameraSize(160, 120, rates: [30])
    #expect(Self.request.choose(from: [Self.format("MJPG", small), Self.format("YUYV", small)]) == .yuyv)
  }

  @Test func rangesOfSizesFit() {
    let offered = [
      Self.format("NV12", CameraSize(widths: 16...320, heights: 16...240, rates: [60, 1])),
      Self.format("YUYV", CameraSize(widths: 16...1920, heights: 16...1080, rates: [60, 1])),
    ]
    #expect(Self.request.choose(from: offered) == .yuyv)
  }

  @Test func formatsWithoutSizesAreTrusted() {
    #expect(Self.request.choose(from: [Self.format("MJPG", Self.vga), Self.format("NV12")]) == .nv12)
  }

  @Test func whatLibv4l2MakesIsTheLastResort() {
    let made = Self.format("YU12", emulated: true, Self.vga)
    #expect(Self.request.choose(from: [made, Self.format("MJPG", CameraSize(640, 480, rates: [5]))]) == .mjpeg)
    #expect(Self.request.choose(from: [Self.format("UYVY", Self.vga), made]) == .yu12)
  }

  @Test func unknownFormatsAreLeft() {
    #expect(Self.request.choose(from: [Self.format("H264", Self.vga), Self.format("UYVY", Self.vga)]) == nil)
  }

  @Test func aNamedFormatIsTheOnlyChoice() {
    let request = CameraRequest(format: .mjpeg)
    #expect(request.choose(from: [Self.format("GREY", Self.vga), Self.format("MJPG", Self.vga)]) == .mjpeg)
    #expect(request.choose(from: [Self.format("GREY", Self.vga)]) == nil)
  }

  @Test(arguments: [(2, 1), (6, 3), (33, 5), (64, 2)]) func lumaIsEveryOtherByteOfYUYV(width: Int, height: Int) {
    // Rows padded by three bytes; chroma is 255 and padding 254, luma counts up.
    let stride = width * 2 + 3
    var source = [UInt8](repeating: 254, count: stride * height)
    for y in 0..<height {
      for x in 0..<width {
        source[y * stride + 2 * x] = UInt8((y * width + x) % 200)
        source[y * stride + 2 * x + 1] = 255
      }
    }
    var target = [UInt8](repeating: 253, count: width * height + 1)
    CameraBuffer.Layout(width: width, height: height, stride: stride, step: 2).copyLuma(from: source, to: &target)
    #expect(target == (0..<width * height).map { UInt8($0 % 200) } + [253])
  }
}
