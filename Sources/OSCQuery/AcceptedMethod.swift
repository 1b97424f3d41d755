/// An OSC address that Gurn obeys, as OSCQuery describes it: a node that can be written and has no value.
package struct AcceptedMethod: Equatable, Sendable {
  /// Such as `/gurn/recentre`.
  package var address: String
  /// The type tags of its arguments without a comma, such as `s`; empty for none.
  package var types: String
  /// What it does.
  package var description: String

  package init(address: String, types: String, description: String) {
    self.address = address
    self.types = types
    self.description = description
  }
}
