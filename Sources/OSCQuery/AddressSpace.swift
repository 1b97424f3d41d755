/// The tree of OSC addresses: the methods that Gurn sends (readable) and those that it obeys (writable), and the containers
/// that hold them.
struct AddressSpace {
  private struct Node {
    var children: [String: Node] = [:]
    /// The index of a message that is sent.
    var message: Int?
    var accepted: AcceptedMethod?
  }

  private var root = Node()

  init(sent: [SentMessages.Message], accepted: [AcceptedMethod]) {
    for (index, message) in sent.enumerated() {
      Self.visit(&root, Self.names(of: message.address)) { $0.message = index }
    }
    for method in accepted { Self.visit(&root, Self.names(of: method.address)) { $0.accepted = method } }
  }

  /// The attributes of the node at a path, with those of everything below; nil where there is none. `/a/` is `/a`.
  func attributes(at path: String, messages: SentMessages) -> NodeAttributes? {
    let names = Self.names(of: path)
    var node = root
    for name in names {
      guard let child = node.children[name] else { return nil }
      node = child
    }
    return Self.describe(node, path: "/" + names.joined(separator: "/"), messages: messages)
  }

  private static func names(of path: String) -> [String] {
    path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
  }

  private static func visit(_ node: inout Node, _ names: [String], _ body: (inout Node) -> Void) {
    guard let name = names.first else { return body(&node) }
    visit(&node.children[name, default: Node()], Array(names.dropFirst()), body)
  }

  private static func describe(_ node: Node, path: String, messages: SentMessages) -> NodeAttributes {
    var attributes = NodeAttributes(fullPath: path, description: MethodFacts.container(path), access: 0)
    if let index = node.message {
      let values = messages.values(index)
      let facts = MethodFacts.sent(path)
      attributes.description = facts.description
      attributes.access = 1
      attributes.type = messages.messages[index].types
      attributes.value = values.map { OSCValue(argument: $0) }
      attributes.range = facts.range.map { Array(repeating: $0, count: values.count) }
      attributes.unit = facts.unit.map { Array(repeating: $0, count: values.count) }
      // Weights are held within their range.
      let isClipped = path.contains("/blend/") || path.hasSuffix("/weights")
      attributes.clipMode = isClipped ? Array(repeating: "both", count: values.count) : nil
    }
    if let method = node.accepted {
      attributes.description = method.description
      attributes.access = (attributes.access ?? 0) | 2
      attributes.type = method.types
    }
    guard !node.children.isEmpty else { return attributes }
    var contents: [String: NodeAttributes] = [:]
    for (name, child) in node.children {
      contents[name] = describe(child, path: (path == "/" ? "" : path) + "/" + name, messages: messages)
    }
    attributes.contents = contents
    return attributes
  }
}
