import Foundation
import NeuralGraph
import Testing

/// Calls `body` with a plane of smooth luma and some noise, so that a wrong texel shows; twice: once with an unreadable
/// page right behind its last byte and once with one right before its first, so that a stray read ends the test.
func withGuardedPlane(width: Int, height: Int, padding: Int = 0, _ body: (LumaPlane) throws -> Void) throws {
  let stride = width + padding
  let size = stride * (height - 1) + width
  let page = Int(sysconf(Int32(_SC_PAGESIZE)))
  let room = (size + page - 1) / page * page
  let mapping = try #require(mmap(nil, room + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
  try #require(mapping != MAP_FAILED)
  defer { munmap(mapping, room + 2 * page) }
  try #require(mprotect(mapping, page, PROT_NONE) == 0)
  try #require(mprotect(mapping + page + room, page, PROT_NONE) == 0)
  for offset in [page + room - size, page] {
    let pixels = (mapping + offset).bindMemory(to: UInt8.self, capacity: size)
    for index in 0..<size {
      let (y, x) = (index / stride, index % stride)
      pixels[index] = UInt8(120 + Int(70 * sin(Double(x) / 7) * cos(Double(y) / 9)) + (x * 31 + y * 17) % 23)
    }
    try body(LumaPlane(pixels: pixels, width: width, height: height, stride: stride))
  }
}
