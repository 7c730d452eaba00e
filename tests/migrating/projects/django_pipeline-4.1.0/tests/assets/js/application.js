function test() {
  alert('this is a test');
}
