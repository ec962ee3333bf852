import { command, required } from '../cli/declare.ts';
export default command({
  name: 'new',
  args: { slug: required('SLUG') },
  options: {},
  json: 'new',
  async run() {
    return 0;
  },
});
